from core.load import let_go as forget
KEPT = ()

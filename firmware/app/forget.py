from core.load import let_go
KEPT = ()
def forget():
    let_go()

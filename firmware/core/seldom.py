def seldom(method):
    return method

TITLE = ""

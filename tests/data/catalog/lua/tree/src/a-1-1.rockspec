package = "a"
version = "1-1"

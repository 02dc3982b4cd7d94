package = "two"
version = "2.0-1"

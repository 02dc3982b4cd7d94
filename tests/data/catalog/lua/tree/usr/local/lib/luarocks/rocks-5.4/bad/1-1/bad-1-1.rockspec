package = "bad"
version = {

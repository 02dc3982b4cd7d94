# stub: fixture 9 ruby lib

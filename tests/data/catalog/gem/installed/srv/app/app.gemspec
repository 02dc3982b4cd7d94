# stub: app 1 ruby lib

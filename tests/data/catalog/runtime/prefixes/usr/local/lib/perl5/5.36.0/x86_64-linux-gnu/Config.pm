package Config;
# version check
    archlibexp => 'x',
    version => '5.36.0',

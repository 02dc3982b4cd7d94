package Net::Config;
our $VERSION = "3.14";

#define PY_VERSION_HEX 1
#define PY_VERSION              "3.6.15+"

#define PY_VERSION "3.13.0rc1"

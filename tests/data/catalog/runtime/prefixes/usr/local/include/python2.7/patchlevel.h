/* a comment */
#define PY_MAJOR_VERSION 2

/* Version as a string */
#define PY_VERSION      	"2.7.14"
#define PY_VERSION_HEX (1)

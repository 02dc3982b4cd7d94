/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A store to test, of every engine: SQLite in a temporary folder; with BASEDRIFT_TEST_POSTGRES, an empty database that
 * tests/integration/postgres.sh has started, each test once more.
 */
#ifndef STORE_PLACE_H
#define STORE_PLACE_H

#include "test.h"

#include "sample.h"
#include "store/store.h"

struct place {
	const char *url;
	char folder[64];
	char text[96];
	struct bd_store *store;
};
int set_up_sqlite(void **state);
int set_up_postgres(void **state);
int tear_down(void **state);
struct bd_store *store_of(void **state);

#define BOTH(test) \
	cmocka_unit_test_setup_teardown(test, set_up_sqlite, tear_down), \
		cmocka_unit_test_setup_teardown(test, set_up_postgres, tear_down)
/* A table made of BOTH(…): on the engines that there are. */
int run_on_engines(const struct CMUnitTest *all, size_t count);

#define GOOD BD_STATUS_PASSED
#define BAD  BD_STATUS_FAILED
#define ORDERS(n, when, how, image) \
	{ \
		.project = "orders", .branch = "main", .id = n, .started = when, .status = how, .index = image, \
		.manifest = image \
	}

/* Builds of this project. */
extern const struct bd_store_filter orders;
void put_all(struct bd_store *store, const struct sample *samples, size_t count);
/* The build that `name` means is called this, or there is none. */
void finds(struct bd_store *store, const char *name, const char *wanted);
void finds_none(struct bd_store *store, const char *name);
/* The two builds that `why` compares. */
void chooses(struct bd_store *store, const struct bd_store_filter *filter, const char *good, const char *failing);
/* Byte for byte. */
void gives_back(struct bd_store *store, const struct sample *sample);
struct bd_store_stats stats_of(struct bd_store *store);
/* How many bd_store_check finds. */
size_t problems_of(struct bd_store *store);
/* SQL. */
void run(struct bd_store *store, const char *text);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "ask.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

enum {
	ASKING_AT_ONCE = 4 /* kinder to a registry than what browsers do */
};

struct asking {
	struct bd_source_options source;
	struct question_vec *questions;
	pthread_mutex_t lock; /* of what follows, and of each question's answer */
	size_t next;
};

size_t put_question(struct question_vec *questions, const char *reference)
{
	for (size_t i = 0; i < questions->len; i++) {
		if (strcmp(questions->v[i].reference, reference) == 0) {
			return i;
		}
	}
	*bd_vec_push(questions) = (struct question){ .reference = reference };
	return questions->len - 1;
}

const struct question *find_question(const struct question_vec *questions, const char *reference)
{
	for (size_t i = 0; reference != NULL && i < questions->len; i++) {
		if (strcmp(questions->v[i].reference, reference) == 0) {
			return &questions->v[i];
		}
	}
	return NULL;
}

/* One that did not answer, refuses us, or has had enough of us is not asked again: why, or NULL. */
static const char *failed_before(const struct asking *asking, const char *reference)
{
	const size_t n = strcspn(reference, "/") + 1;
	for (size_t i = 0; i < asking->questions->len; i++) {
		const struct question *one = &asking->questions->v[i];
		if (one->answer == BD_PIN_UNKNOWN && strncmp(one->reference, reference, n) == 0) {
			return one->problem;
		}
	}
	return NULL;
}

static struct question *take_question(struct asking *asking)
{
	struct question *taken = NULL;
	(void)pthread_mutex_lock(&asking->lock);
	while (taken == NULL && asking->next < asking->questions->len) {
		taken = &asking->questions->v[asking->next++];
		const char *problem = failed_before(asking, taken->reference);
		if (problem != NULL) {
			taken->answer = BD_PIN_UNKNOWN;
			taken->problem = bd_arena_strdup(&taken->arena, problem);
			taken = NULL;
		}
	}
	(void)pthread_mutex_unlock(&asking->lock);
	return taken;
}

static void answer(struct asking *asking, struct question *one)
{
	struct bd_digest digest = { .value = NULL };
	struct bd_error err = { .code = 0 };
	const int result = bd_registry_head(one->reference, &asking->source, &one->arena, &digest, &err);
	(void)pthread_mutex_lock(&asking->lock);
	one->digest = digest;
	one->answer = result == 0 ? BD_PIN_SERVED : err.code == BD_ERR_NOT_FOUND ? BD_PIN_GONE : BD_PIN_UNKNOWN;
	one->problem = result < 0 ? bd_arena_strdup(&one->arena, err.msg) : NULL;
	(void)pthread_mutex_unlock(&asking->lock);
}

static void *work(void *context)
{
	struct asking *asking = context;
	for (struct question *one = take_question(asking); one != NULL; one = take_question(asking)) {
		answer(asking, one);
	}
	return NULL;
}

void ask_registries(const struct arguments *arguments, struct question_vec *questions)
{
	struct asking asking = { .source = source_options(arguments), .questions = questions };
	pthread_t threads[ASKING_AT_ONCE];
	size_t started = 0;
	asking.source.platform = NULL;
	if (asking.source.offline || questions->len == 0) {
		return;
	}
	(void)pthread_mutex_init(&asking.lock, NULL);
	answer(&asking, take_question(&asking)); /* alone: what libraries load at their first use, they load once */
	while (started < ASKING_AT_ONCE - 1 && started + 2 < questions->len &&
		pthread_create(&threads[started], NULL, work, &asking) == 0) {
		started++;
	}
	(void)work(&asking);
	while (started > 0) {
		(void)pthread_join(threads[--started], NULL);
	}
	(void)pthread_mutex_destroy(&asking.lock);
}

void questions_release(struct question_vec *questions)
{
	for (size_t i = 0; i < questions->len; i++) {
		bd_arena_release(&questions->v[i].arena);
	}
	free(questions->v);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* links: base */
/* What lib/base does to bytes from outside: shown text is inert, cleaned paths stay inside, encodings come back. */
#include "base/auto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check_display(const char *p, size_t n)
{
	struct bd_buf shown = { 0 };
	struct bd_buf again = { 0 };
	bd_display_text(&shown, p, n);
	bd_display_text(&again, bd_buf_str(&shown), shown.n);
	check(bd_utf8_valid(bd_buf_str(&shown), shown.n));
	for (size_t i = 0; i < shown.n; i++) {
		check((unsigned char)shown.p[i] >= 0x20 && shown.p[i] != 0x7f);
	}
	check(bd_str_equal(bd_buf_view(&shown), bd_buf_view(&again)));
	bd_buf_release(&shown);
	bd_buf_release(&again);
}

static void check_path(const char *p, size_t n)
{
	struct bd_buf clean = { 0 };
	struct bd_buf again = { 0 };
	if (bd_path_clean(&clean, p, n)) {
		struct bd_str rest = bd_buf_view(&clean);
		check(!bd_str_starts(rest, "/") && !bd_str_ends(rest, "/"));
		check(bd_path_clean(&again, clean.p, clean.n) &&
			bd_str_equal(bd_buf_view(&clean), bd_buf_view(&again)));
		while (rest.n > 0) {
			const struct bd_str part = bd_str_cut(&rest, '/');
			check(part.n > 0 && !bd_str_is(part, ".") && !bd_str_is(part, ".."));
		}
	}
	const struct bd_str half = { p, n / 2 };
	bd_path_resolve(&clean, bd_buf_view(&again), half);
	check(!bd_str_starts(bd_buf_view(&clean), "/") && !bd_str_starts(bd_buf_view(&clean), "../"));
	bd_buf_release(&clean);
	bd_buf_release(&again);
}

static void check_base64(const char *p, size_t n)
{
	struct bd_buf text = { 0 };
	struct bd_buf bytes = { 0 };
	bd_base64(&text, p, n);
	check(bd_unbase64(&bytes, bd_buf_view(&text)) && bytes.n == n && (n == 0 || memcmp(bytes.p, p, n) == 0));
	bd_buf_clear(&bytes);
	(void)bd_unbase64(&bytes, (struct bd_str){ p, n });
	bd_buf_release(&text);
	bd_buf_release(&bytes);
}

/* The part before the first NUL as a pattern, a time, a URL, a digest; the part after it as a path. */
static void check_strings(const char *text, size_t n)
{
	struct bd_arena arena = { 0 };
	int64_t seconds = 0;
	char shown[BD_TIME_TEXT];
	(void)bd_path_match(text, text + strlen(text) + (strlen(text) < n));
	if (bd_time_parse(text, &seconds)) {
		int64_t back = 0;
		bd_time_text(seconds, shown);
		check(bd_time_parse(shown, &back) &&
			(back == seconds || seconds < -62167219200 || seconds > 253402300799));
	}
	const char *url = bd_url_without_credentials(&arena, text);
	check(strlen(url) <= strlen(text));
	check(bd_digest_valid(text) == bd_digest_valid(url));
	check(bd_name_is_secret(text, strlen(text)) || !bd_str_find(bd_str(text), "PASSWORD", NULL));
	bd_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO(free_ptr) char *text = bd_xmalloc(size + 1);
	if (size > 0) {
		memcpy(text, data, size);
	}
	text[size] = '\0';
	check_display(text, size);
	check_path(text, size);
	check_base64(text, size);
	check_strings(text, size);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines as they stand in real Dockerfiles: secrets go, what only looks like one stays. */
#include "test.h"

#include "basedrift/origin.h"

#include "base/auto.h"
#include "origin/command_secrets.h"
#include "origin/redact_text.h"

#define GONE "REDACTED"

struct row {
	const char *line, *expected; /* NULL: unchanged */
};

static void assert_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
		const char *expected = rows[i].expected != NULL ? rows[i].expected : rows[i].line;
		const char *once = bd_dockerfile_redact(bd_str(rows[i].line), &arena);
		assert_string_equal(once, expected);
		assert_string_equal(bd_dockerfile_redact(bd_str(once), &arena), expected);
	}
}

static void test_command_secrets_options(void **state)
{
	static const struct row rows[] = {
		{ "RUN rails db:create --password x1 --host h", "RUN rails db:create --password " GONE " --host h" },
		{ "RUN a --password=x1 && b", "RUN a --password=" GONE " && b" },
		{ "RUN a --password='x 1' && b", "RUN a --password='" GONE "' && b" },
		{ "RUN a \"--password=x 1\" b", "RUN a \"--password=" GONE "\" b" },
		{ "RUN a --db-password=x1; b", "RUN a --db-password=" GONE "; b" },
		{ "RUN vault login --token x1", "RUN vault login --token " GONE },
		{ "RUN npm publish --//registry.example/:_authToken=x1",
			"RUN npm publish --//registry.example/:_authToken=" GONE },
		{ "RUN npm config set //registry.example/:_authToken x1",
			"RUN npm config set //registry.example/:_authToken " GONE },
		{ "RUN keytool -importcert -storepass changeit -noprompt",
			"RUN keytool -importcert -storepass " GONE " -noprompt" },
		{ "RUN mvn -Dsonar.token=x1 -Dstyle.color=never verify",
			"RUN mvn -Dsonar.token=" GONE " -Dstyle.color=never verify" },
		{ "RUN gradle -PnexusPassword=x1 build", "RUN gradle -PnexusPassword=" GONE " build" },
		{ "RUN aws configure --secret-access-key x1", "RUN aws configure --secret-access-key " GONE },
		{ "RUN gpg --batch --passphrase 'a b' -d f", "RUN gpg --batch --passphrase '" GONE "' -d f" },
		{ "RUN openssl rsa -passin pass:x1 -in a", "RUN openssl rsa -passin pass:" GONE " -in a" },
		{ "RUN openssl enc -pass pass:x1 -in a", "RUN openssl enc -pass pass:" GONE " -in a" },
		{ "CMD [\"srv\", \"--password\", \"x1\", \"-v\"]",
			"CMD [\"srv\", \"--password\", \"" GONE "\", \"-v\"]" },
		{ "CMD [\"srv\", \"--token=x1\", \"-v\"]", "CMD [\"srv\", \"--token=" GONE "\", \"-v\"]" },
		{ "RUN sh -c \"mysql --password=x1 -e q\"", "RUN sh -c \"mysql --password=" GONE " -e q\"" },
		{ "RUN sh -c \"a --token \\\"x 1\\\" b\"", "RUN sh -c \"a --token \\\"" GONE "\\\" b\"" },
		{ "RUN a --token \\\n  x1 \\\n  --b c\n", "RUN a --token \\\n  " GONE " \\\n  --b c\n" },
		{ "RUN a --password \"${P:-x1}\"", "RUN a --password \"" GONE "\"" },
		{ "RUN <<EOF\nlogin --password x1\nEOF\n", "RUN <<EOF\nlogin --password " GONE "\nEOF\n" },
		{ "#  && a --password x1 \\\n", "#  && a --password " GONE " \\\n" },
		/* no secrets */
		{ "RUN docker login --password-stdin -u me", NULL },
		{ "RUN docker login -u me --password-stdin < /run/secrets/p", NULL },
		{ "RUN a --password-file /run/secrets/p --token-file=t --passphrase-fd 0", NULL },
		{ "RUN adduser --disabled-password --gecos '' app", NULL },
		{ "RUN adduser --no-password app && useradd -m app", NULL },
		{ "RUN a --password $P --token=\"${T}\" --secret $(cat /run/secrets/s)", NULL },
		{ "RUN a --password \"$(cat x)\" --token `pass y` --pass ${P:?must be set}", NULL },
		{ "RUN a --password /run/secrets/p --token @t --token -v", NULL },
		{ "RUN --mount=type=secret,id=npm,target=/root/.npmrc npm ci", NULL },
		{ "RUN docker build --secret id=npm,src=$HOME/.npmrc .", NULL },
		{ "RUN a --password && b", NULL },
		{ "RUN gpg --keyserver hkps://keys.example --recv-keys 0D96DF4D4110E5C43FBFB17F2D347EA6AA65421D",
			NULL },
		{ "RUN openssl req -newkey rsa:2048 -nodes -keyout key.pem -passout env:P", NULL },
		{ "RUN a --auth-no-challenge --no-auth-cache --key f.pem --session-timeout 5", NULL },
		{ "error: --password requires a value", NULL },
	};
	(void)state;
	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_command_secrets_of_tools(void **state)
{
	static const struct row rows[] = {
		{ "RUN curl -u me:x1 https://h/f", "RUN curl -u me:" GONE " https://h/f" },
		{ "RUN curl -fsSLu me:x1 https://h/f", "RUN curl -fsSLu me:" GONE " https://h/f" },
		{ "RUN curl --user 'me:x 1' -O https://h/f", "RUN curl --user 'me:" GONE "' -O https://h/f" },
		{ "RUN curl --user=me:x1 https://h/f", "RUN curl --user=me:" GONE " https://h/f" },
		{ "RUN curl -u x1: https://h/f", "RUN curl -u " GONE ": https://h/f" },
		{ "RUN curl -ume:x1 https://h/f", "RUN curl -ume:" GONE " https://h/f" },
		{ "RUN /usr/bin/curl -U \"me:x1\" https://h/f", "RUN /usr/bin/curl -U \"me:" GONE "\" https://h/f" },
		{ "RUN docker login -u me -p x1 r.example", "RUN docker login -u me -p " GONE " r.example" },
		{ "RUN helm registry login -p x1 r.example", "RUN helm registry login -p " GONE " r.example" },
		{ "RUN sshpass -p x1 scp a b", "RUN sshpass -p " GONE " scp a b" },
		{ "RUN sshpass -px1 scp a b", "RUN sshpass -p" GONE " scp a b" },
		{ "RUN mysql -uroot -px1 db", "RUN mysql -uroot -p" GONE " db" },
		{ "RUN mysql -u root -p'x 1' db", "RUN mysql -u root -p'" GONE "' db" },
		{ "RUN mysqladmin -u root password x1", "RUN mysqladmin -u root password " GONE },
		{ "RUN redis-cli -a x1 ping", "RUN redis-cli -a " GONE " ping" },
		{ "RUN useradd -m -p x1 app", "RUN useradd -m -p " GONE " app" },
		{ "RUN echo 'root:x1' | chpasswd", "RUN echo 'root:" GONE "' | chpasswd" },
		{ "RUN echo root:x1 | /usr/sbin/chpasswd", "RUN echo root:" GONE " | /usr/sbin/chpasswd" },
		{ "RUN a && printf 'a:x1\\nb:x2\\n' | chpasswd",
			"RUN a && printf 'a:" GONE "\\nb:" GONE "\\n' | chpasswd" },
		{ "RUN htpasswd -bc /etc/h admin x1", "RUN htpasswd -bc /etc/h admin " GONE },
		{ "RUN htpasswd -nb admin x1 > /etc/h", "RUN htpasswd -nb admin " GONE " > /etc/h" },
		{ "RUN psql -c \"ALTER USER a PASSWORD 'x 1'\"", "RUN psql -c \"ALTER USER a PASSWORD '" GONE "'\"" },
		{ "RUN mysql -e \"CREATE USER a IDENTIFIED BY 'x1'\"",
			"RUN mysql -e \"CREATE USER a IDENTIFIED BY '" GONE "'\"" },
		{ "RUN echo 'm m/root_password password x1' | debconf-set-selections",
			"RUN echo 'm m/root_password password " GONE "' | debconf-set-selections" },
		/* no secrets */
		{ "RUN curl -u me https://h/f && curl -u $U:$P https://h/f", NULL },
		{ "RUN curl -u \"me:${P}\" https://h/f", NULL },
		{ "RUN wget -u x:y && chown -R u:g /a && chown --user me:us b", NULL },
		{ "RUN docker run -p 80:80 -u 1000:1000 x", NULL },
		{ "RUN mkdir -p /a/b && mysql -u root -p", NULL },
		{ "RUN docker login && mkdir -p x1", NULL },
		{ "RUN echo \"root:$P\" | chpasswd", NULL },
		{ "RUN echo a:b | grep a", NULL },
		{ "RUN htpasswd -c /etc/h admin", NULL },
		{ "RUN echo change the password of root", NULL },
	};
	(void)state;
	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_command_secrets_assignments(void **state)
{
	static const struct row rows[] = {
		{ "RUN TOKEN=x1 make", "RUN TOKEN=" GONE " make" },
		{ "RUN export NPM_TOKEN='x 1'; npm ci", "RUN export NPM_TOKEN='" GONE "'; npm ci" },
		{ "RUN PGPASSWORD=x1 psql -h h", "RUN PGPASSWORD=" GONE " psql -h h" },
		{ "RUN env AWS_SECRET_ACCESS_KEY=x1/y+z aws s3 ls",
			"RUN env AWS_SECRET_ACCESS_KEY=" GONE " aws s3 ls" },
		{ "RUN docker run -e \"API_KEY=a b\" x", "RUN docker run -e \"API_KEY=" GONE "\" x" },
		{ "RUN sh -c \"TOKEN=x1 make all\"", "RUN sh -c \"TOKEN=" GONE " make all\"" },
		{ "CMD [\"bash\", \"-lc\", \"TOKEN=x1 make all\"]",
			"CMD [\"bash\", \"-lc\", \"TOKEN=" GONE " make all\"]" },
		{ "RUN helm install --set auth.password=x1 a", "RUN helm install --set auth.password=" GONE " a" },
		{ "RUN echo '//r.example/:_authToken=x1' > .npmrc",
			"RUN echo '//r.example/:_authToken=" GONE "' > .npmrc" },
		{ "RUN curl 'https://h/f?private_token=x1&ref=main'",
			"RUN curl 'https://h/f?private_token=" GONE "&ref=main'" },
		{ "/bin/sh -c #(nop)  ENV API_TOKEN=x1", "/bin/sh -c #(nop)  ENV API_TOKEN=" GONE },
		{ "RUN /bin/sh -c TOKEN=x1 make # buildkit", "RUN /bin/sh -c TOKEN=" GONE " make # buildkit" },
		{ "# RUN TOKEN=x1 make", "# RUN TOKEN=" GONE " make" },
		{ "RUN A=1 && SECRET=\"${S:-x1}\" b", "RUN A=1 && SECRET=\"" GONE "\" b" },
		/* no secrets */
		{ "RUN PASSWORD_FILE=/x TOKEN_URL=https://h/t SECRET_NAME=n a", NULL },
		{ "RUN POSTGRES_PASSWORD=/run/secrets/p PASSWORD=$P TOKEN=\"${T}\" a", NULL },
		{ "RUN TOKEN=$(cat /run/secrets/t) && a \"$TOKEN\"", NULL },
		{ "RUN ALLOW_EMPTY_PASSWORD=yes DISABLE_AUTH=true a", NULL },
		{ "RUN apt-get install -y passwd=1:4.13+dfsg1-1 && apk add pass=1.7.4-r0", NULL },
		{ "RUN pip install jose-token==1.2 token==2", NULL },
		{ "RUN key='BCA4 3417 C3B4 85DD'; gpg --recv-keys \"$key\"", NULL },
		{ "RUN NGINX_GPG_KEY=573BFD6B3D8FBC64 APT_KEY=x PUBLIC_KEY=y a", NULL },
		{ "RUN sed -i 's/password=.*/password=/' /etc/x", NULL },
		{ "RUN TOKEN= make PWD=/a", NULL },
		{ "# a token=x is needed", NULL },
	};
	(void)state;
	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

static void test_command_secrets_headers_and_tokens(void **state)
{
	static const struct row rows[] = {
		{ "RUN curl -H \"Authorization: Bearer x1\" https://h",
			"RUN curl -H \"Authorization: Bearer " GONE "\" https://h" },
		{ "RUN curl -H 'Authorization: token x1' https://h",
			"RUN curl -H 'Authorization: token " GONE "' https://h" },
		{ "RUN curl -H 'authorization:x1' https://h", "RUN curl -H 'authorization:" GONE "' https://h" },
		{ "RUN curl --header=\"PRIVATE-TOKEN: x1\" https://h",
			"RUN curl --header=\"PRIVATE-TOKEN: " GONE "\" https://h" },
		{ "RUN wget --header 'X-Api-Key: x1' https://h", "RUN wget --header 'X-Api-Key: " GONE "' https://h" },
		{ "RUN curl -b x -H 'Cookie: a=b; c=d' https://h", "RUN curl -b x -H 'Cookie: " GONE "' https://h" },
		{ "RUN sh -c \"curl -H \\\"Authorization: Basic x1\\\" https://h\"",
			"RUN sh -c \"curl -H \\\"Authorization: Basic " GONE "\\\" https://h\"" },
		{ "RUN git clone https://me:x1@h/r.git", "RUN git clone https://" GONE "@h/r.git" },
		{ "RUN gh auth ghp_abcdefghijklmnopqrstuvwxyz0123456789", "RUN gh auth " GONE },
		{ "RUN a glpat-abcdefghijklmnopqrst.", "RUN a " GONE },
		/* no secrets */
		{ "RUN curl -H \"Authorization: Bearer $T\" -H \"PRIVATE-TOKEN: ${P}\" https://h", NULL },
		{ "RUN curl -H \"Authorization: Bearer $(cat /run/secrets/t)\" https://h", NULL },
		{ "RUN curl -H 'Accept: application/json' -H 'X-Key: 1' https://h", NULL },
		{ "RUN echo ghp_short npm_config_cache=/c glpat-x eyJ", NULL },
	};
	(void)state;
	assert_rows(rows, sizeof(rows) / sizeof(rows[0]));
}

/* Free text of logs, by the same rules. */
static void test_command_secrets_in_free_text(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	(void)state;
	assert_string_equal(redacted(&arena, "#9 RUN curl -u me:x1 h\n#9 a --token x1\n"),
		"#9 RUN curl -u me:REDACTED h\n#9 a --token REDACTED\n");
	assert_string_equal(redacted(&arena, "option --password: nothing"), "option --password: nothing");
}

/* A substitution that never ends is read as text, and takes no more than linear time. */
static void test_command_secrets_of_a_long_line(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	AUTO(bd_buf_release) struct bd_buf line = { .n = 0 };
	struct word_range_vec found = { .len = 0 };
	(void)state;
	for (size_t i = 0; i < 10000; i++) {
		bd_buf_add_str(&line, "TOKEN=$(\"password\t");
	}
	bd_buf_add_str(&line, " TOKEN=x1");
	command_secrets(bd_buf_view(&line), true, &arena, &found);
	assert_true(found.len >= 1);
	assert_int_equal(found.v[found.len - 1].end, line.n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command_secrets_options),
		cmocka_unit_test(test_command_secrets_of_tools),
		cmocka_unit_test(test_command_secrets_assignments),
		cmocka_unit_test(test_command_secrets_headers_and_tokens),
		cmocka_unit_test(test_command_secrets_in_free_text),
		cmocka_unit_test(test_command_secrets_of_a_long_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

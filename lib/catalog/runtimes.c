/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/runtimes.h"

#include <string.h>

#include "catalog/runtime_text.h"

/* ---- languages ----------------------------------------------------------------------------------- */

static bool python_version(struct bd_str bytes, struct bd_buf *out)
{
	return runtime_add_value(bytes, "#define PY_VERSION", out);
}

static bool php_version(struct bd_str bytes, struct bd_buf *out)
{
	return runtime_add_value(bytes, "#define PHP_VERSION", out);
}

static bool perl_version(struct bd_str bytes, struct bd_buf *out)
{
	return runtime_add_value(bytes, "version", out);
}

/* node_version.h: three numbers, and whether they are a release's. */
static bool node_version(struct bd_str bytes, struct bd_buf *out)
{
	struct bd_str release = { NULL, 0 };
	if (!runtime_add_value(bytes, "#define NODE_MAJOR_VERSION", out)) {
		return false;
	}
	bd_buf_add_char(out, '.');
	if (!runtime_add_value(bytes, "#define NODE_MINOR_VERSION", out)) {
		return false;
	}
	bd_buf_add_char(out, '.');
	if (!runtime_add_value(bytes, "#define NODE_PATCH_VERSION", out)) {
		return false;
	}
	if (runtime_find_value(bytes, "#define NODE_VERSION_IS_RELEASE", &release) && bd_str_is(release, "0")) {
		bd_buf_add_str(out, "-pre");
	}
	return true;
}

/* rbconfig.rb: RUBY_PROGRAM_VERSION, and in rubies before 2.0 only its numbers. */
static bool ruby_version(struct bd_str bytes, struct bd_buf *out)
{
	if (runtime_add_value(bytes, "CONFIG[\"RUBY_PROGRAM_VERSION\"]", out)) {
		return true;
	}
	static const char *const keys[] = { "CONFIG[\"MAJOR\"]", "CONFIG[\"MINOR\"]", "CONFIG[\"TEENY\"]" };
	bd_buf_clear(out);
	for (size_t i = 0; i < 3; i++) {
		if (i > 0) {
			bd_buf_add_char(out, '.');
		}
		if (!runtime_add_value(bytes, keys[i], out)) {
			return false;
		}
	}
	return true;
}

/* "go1.21.5", and the time in a second line */
static bool go_version(struct bd_str bytes, struct bd_buf *out)
{
	return runtime_first_line(bytes, "go", out);
}

static bool plain_version(struct bd_str bytes, struct bd_buf *out)
{
	return runtime_first_line(bytes, "", out);
}

/* OTP_VERSION: "26.2.1", with "**" behind it when applications were patched. */
static bool erlang_version(struct bd_str bytes, struct bd_buf *out)
{
	struct bd_str line;
	return bd_str_line(&bytes, &line) && runtime_add_version(out, bd_str_trim(bd_str_cut(&line, '*')));
}

/* KEY="VALUE" */
static bool add_assigned(struct bd_str bytes, const char *key, struct bd_buf *out)
{
	struct bd_str value;
	return runtime_find_value(bytes, key, &value) && runtime_add_version(out, value);
}

/* JAVA_HOME/release; what has the build's number comes first. */
static bool java_version(struct bd_str bytes, struct bd_buf *out)
{
	static const char *const keys[] = { "JAVA_RUNTIME_VERSION", "FULL_VERSION", "SEMANTIC_VERSION",
		"JAVA_VERSION" };
	struct bd_str java;
	if (!runtime_find_value(bytes, "JAVA_VERSION", &java)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (add_assigned(bytes, keys[i], out)) {
			return true;
		}
	}
	return false;
}

/* Oracle's own builds; those of OpenJDK that it gives away have no such type. */
static bool oracle_java_version(struct bd_str bytes, struct bd_buf *out)
{
	struct bd_str type;
	return runtime_find_value(bytes, "BUILD_TYPE", &type) && bd_str_is(type, "commercial") &&
	       java_version(bytes, out);
}

/* The manifest of the release that rustup installed: [pkg.rust], version = "1.74.0 (79e9716c9 2023-11-13)". */
static bool rust_version(struct bd_str bytes, struct bd_buf *out)
{
	static const char section[] = "[pkg.rust]\n";
	size_t at = 0;
	struct bd_str value;
	if (!bd_str_find(bytes, section, &at)) {
		return false;
	}
	bytes = (struct bd_str){ bytes.p + at + strlen(section), bytes.n - at - strlen(section) };
	return runtime_find_value(bytes, "version", &value) && runtime_add_version(out, bd_str_cut(&value, ' '));
}

/* ---- servers ------------------------------------------------------------------------------------- */

/* What stands behind `words`, up to white space, "(" or the end of the line. */
static bool version_after(struct bd_str bytes, const char *words, struct bd_buf *out)
{
	size_t at = 0;
	if (!bd_str_find(bytes, words, &at)) {
		return false;
	}
	struct bd_str rest = { bytes.p + at + strlen(words), bytes.n - at - strlen(words) };
	struct bd_str line;
	return bd_str_line(&rest, &line) && runtime_add_version(out, bd_str_cut(&line, ' '));
}

/* The title of RELEASE-NOTES. */
static bool tomcat_version(struct bd_str bytes, struct bd_buf *out)
{
	return version_after(bytes, "Apache Tomcat Version ", out);
}

/* version.txt: "WildFly Full 30.0.1.Final (WildFly Core 22.0.2.Final)" */
static bool wildfly_version(struct bd_str bytes, struct bd_buf *out)
{
	return runtime_first_line(bytes, "WildFly Full ", out) || runtime_first_line(bytes, "WildFly ", out);
}

static bool jboss_version(struct bd_str bytes, struct bd_buf *out)
{
	return runtime_first_line(bytes, "Red Hat JBoss Enterprise Application Platform - Version ", out);
}

/* VERSION.txt, a list of changes: "jetty-11.0.18 - 26 October 2023" */
static bool jetty_version(struct bd_str bytes, struct bd_buf *out)
{
	return runtime_first_line(bytes, "jetty-", out);
}

/* "Spark 3.5.0 (git revision ce5ddad9903) built for Hadoop 3.3.4" */
static bool spark_version(struct bd_str bytes, struct bd_buf *out)
{
	return runtime_first_line(bytes, "Spark ", out);
}

static bool postgresql_version(struct bd_str bytes, struct bd_buf *out)
{
	return runtime_add_value(bytes, "#define PG_VERSION", out);
}

/* ap_release.h: three numbers. */
static bool httpd_version(struct bd_str bytes, struct bd_buf *out)
{
	if (!runtime_add_value(bytes, "#define AP_SERVER_MAJORVERSION_NUMBER", out)) {
		return false;
	}
	bd_buf_add_char(out, '.');
	if (!runtime_add_value(bytes, "#define AP_SERVER_MINORVERSION_NUMBER", out)) {
		return false;
	}
	bd_buf_add_char(out, '.');
	return runtime_add_value(bytes, "#define AP_SERVER_PATCHLEVEL_NUMBER", out);
}

/* ---- what they install: applications and settings that users put beside them are not theirs ------- */

/* clang-format off */
static const char *const node_files[] = { "bin/node", "bin/nodejs", "bin/npm", "bin/npx", "bin/corepack",
	"include/node/", "share/doc/node/", "share/man/man1/node.1", "share/systemtap/tapset/node.stp",
	"LICENSE", "README.md", "CHANGELOG.md", NULL };
static const char *const perl_files[] = { "lib/perl5/%V/", "bin/perl", "bin/perl%V", "bin/corelist", "bin/cpan",
	"bin/enc2xs", "bin/encguess", "bin/h2ph", "bin/h2xs", "bin/instmodsh", "bin/json_pp", "bin/libnetcfg",
	"bin/perlbug", "bin/perldoc", "bin/perlivp", "bin/perlthanks", "bin/piconv", "bin/pl2pm", "bin/pod2html",
	"bin/pod2man", "bin/pod2text", "bin/pod2usage", "bin/podchecker", "bin/prove", "bin/ptar", "bin/ptardiff",
	"bin/ptargrep", "bin/shasum", "bin/splain", "bin/streamzip", "bin/xsubpp", "bin/zipdetails", NULL };
static const char *const php_files[] = { "bin/php", "bin/php-cgi", "bin/php-config", "bin/phpdbg", "bin/phpize",
	"bin/phar", "bin/phar.phar", "bin/pear", "bin/peardev", "bin/pecl", "sbin/php-fpm", "include/php/",
	"lib/php/", "lib/libphp.so", "php/", "share/php/fpm/", "etc/pear.conf", "etc/php-fpm.conf.default",
	"etc/php-fpm.d/www.conf.default", NULL };
static const char *const python_files[] = { "lib/python%S/", "lib/%F/", "include/%F/", "bin/python", "bin/python2",
	"bin/python3", "bin/python%S", "bin/%F", "bin/python-config", "bin/python2-config", "bin/python3-config",
	"bin/python%S-config", "bin/%F-config", "bin/idle", "bin/idle3", "bin/idle%S", "bin/pydoc", "bin/pydoc3",
	"bin/pydoc%S", "bin/2to3", "bin/2to3-%S", "bin/smtpd.py", "bin/pyvenv", "bin/pyvenv-%S", "lib/libpython3.so",
	"lib/libpython%S.so", "lib/lib%F.so", "lib/libpython%S.so.1.0", "lib/lib%F.so.1.0", "lib/libpython%S.a",
	"lib/lib%F.a", "lib/pkgconfig/python.pc", "lib/pkgconfig/python2.pc", "lib/pkgconfig/python3.pc",
	"lib/pkgconfig/python3-embed.pc", "lib/pkgconfig/python-%S.pc", "lib/pkgconfig/python-%S-embed.pc",
	"share/man/man1/python.1", "share/man/man1/python2.1", "share/man/man1/python3.1",
	"share/man/man1/python%S.1", NULL };
static const char *const ruby_files[] = { "lib/ruby/%F/", "lib/ruby/gems/%F/", "lib/ruby/site_ruby/%F/",
	"lib/ruby/vendor_ruby/%F/", "include/ruby-%F/", "bin/ruby", "bin/bundle", "bin/bundler", "bin/erb", "bin/gem",
	"bin/irb", "bin/racc", "bin/rake", "bin/rbs", "bin/rdbg", "bin/rdoc", "bin/ri", "bin/syntax_suggest",
	"bin/typeprof", "lib/libruby.so", "lib/libruby.so.%S", "lib/libruby.so.%V", "lib/libruby-static.a",
	"lib/pkgconfig/ruby-%S.pc", "share/man/man1/erb.1", "share/man/man1/irb.1", "share/man/man1/ri.1",
	"share/man/man1/ruby.1", "share/man/man5/gemfile.5", "share/ri/%F/", "share/doc/ruby/", NULL };

static const char *const whole_folder[] = { "./", NULL };
static const char *const go_files[] = { "go/", NULL };
static const char *const rust_files[] = { "toolchains/%F/", NULL };
static const char *const erlang_files[] = { "erlang/", NULL };
static const char *const erlang_version_files[] = { "erlang/%F/", NULL };

static const char *const grafana_files[] = { "bin/", "public/", "packaging/", "plugins-bundled/", "conf/defaults.ini",
	"conf/sample.ini", "Dockerfile", "LICENSE", "NOTICE.md", "README.md", "VERSION", NULL };
static const char *const httpd_files[] = { "bin/ab", "bin/apachectl", "bin/apxs", "bin/checkgid", "bin/dbmmanage", "bin/envvars",
	"bin/envvars-std", "bin/fcgistarter", "bin/htcacheclean", "bin/htdbm", "bin/htdigest", "bin/htpasswd", "bin/httpd",
	"bin/httxt2dbm", "bin/logresolve", "bin/rotatelogs", "bin/suexec", "build/", "cgi-bin/", "conf/original/", "error/",
	"icons/", "include/ap_release.h", "manual/", "modules/", NULL };
static const char *const jetty_files[] = { "bin/", "lib/", "modules/", "start.jar", "LICENSE.txt", "NOTICE.txt", "VERSION.txt",
	"README.TXT", "license-eplv10-aslv20.html", "notice.html", NULL };
static const char *const jboss_files[] = { "appclient/", "bin/", "docs/", "domain/", "modules/system/", "welcome-content/",
	"jboss-modules.jar", "copyright.txt", "LICENSE.txt", "README.txt", "version.txt", NULL };
static const char *const postgresql_files[] = { "bin/clusterdb", "bin/createdb", "bin/createuser", "bin/dropdb", "bin/dropuser",
	"bin/ecpg", "bin/initdb", "bin/oid2name", "bin/pg_amcheck", "bin/pg_archivecleanup", "bin/pg_basebackup",
	"bin/pg_checksums", "bin/pg_config", "bin/pg_controldata", "bin/pg_ctl", "bin/pg_dump", "bin/pg_dumpall", "bin/pg_isready",
	"bin/pg_receivewal", "bin/pg_recvlogical", "bin/pg_resetwal", "bin/pg_restore", "bin/pg_rewind", "bin/pg_test_fsync",
	"bin/pg_test_timing", "bin/pg_upgrade", "bin/pg_verifybackup", "bin/pg_waldump", "bin/pgbench", "bin/postgres",
	"bin/postmaster", "bin/psql", "bin/reindexdb", "bin/vacuumdb", "bin/vacuumlo", "include/ecpg_config.h", "include/libpq/",
	"include/libpq-fe.h", "include/libpq-events.h", "include/pg_config.h", "include/pg_config_ext.h", "include/pg_config_manual.h",
	"include/pg_config_os.h", "include/postgres_ext.h", "include/postgresql/", "lib/postgresql/", "lib/libpq.so", "lib/libpq.so.5",
	"lib/libecpg.so", "lib/libpgtypes.so", "share/postgresql/", "share/doc/postgresql/", NULL };
static const char *const spark_files[] = { "bin/", "data/", "examples/", "jars/", "kubernetes/", "licenses/", "python/", "R/", "sbin/",
	"yarn/", "LICENSE", "NOTICE", "README.md", "RELEASE", NULL };
static const char *const tomcat_files[] = { "bin/", "lib/", "webapps.dist/", "conf/catalina.policy", "conf/catalina.properties",
	"conf/context.xml", "conf/jaspic-providers.xml", "conf/jaspic-providers.xsd", "conf/logging.properties", "conf/server.xml",
	"conf/tomcat-users.xml", "conf/tomcat-users.xsd", "conf/web.xml", "native-jni-lib/", "include/", "BUILDING.txt",
	"CONTRIBUTING.md", "LICENSE", "NOTICE", "README.md", "RELEASE-NOTES", "RUNNING.txt", "filtered-KEYS", "upstream-KEYS", NULL };

const struct runtime runtimes[] = {
	{ "dart", NULL, "**/dart/version", "", true, plain_version, whole_folder },
	{ "dart", NULL, "**/dart-sdk/version", "", true, plain_version, whole_folder },
	{ "erlang", "OTP_VERSION", "**/erlang/releases/*/OTP_VERSION", "erlang/", false, erlang_version, erlang_files },
	{ "erlang", "OTP_VERSION", "**/erlang/*/releases/*/OTP_VERSION", "erlang/", false, erlang_version,
		erlang_version_files },
	{ "go", "GOLANG_VERSION", "**/go/VERSION", "go/", true, go_version, go_files },
	{ "node", "NODE_VERSION", "**/include/node/node_version.h", "include/", false, node_version, node_files },
	{ "jdk", NULL, "**/release", "", true, oracle_java_version, whole_folder },
	{ "openjdk", NULL, "**/release", "", true, java_version, whole_folder },
	{ "perl", "PERL_VERSION", "**/lib/perl5/[0-9]*/*/Config.pm", "lib/perl5/", true, perl_version, perl_files },
	{ "php", "PHP_VERSION", "**/include/php/main/php_version.h", "include/", false, php_version, php_files },
	{ "python", "PYTHON_VERSION", "**/include/python*/patchlevel.h", "include/", false, python_version,
		python_files },
	{ "ruby", "RUBY_VERSION", "**/lib/ruby/[0-9]*/*/rbconfig.rb", "lib/ruby/", false, ruby_version, ruby_files },
	{ "rust", "RUST_VERSION", "**/toolchains/*/lib/rustlib/multirust-channel-manifest.toml", "toolchains/", false,
		rust_version, rust_files },
	{ "grafana", NULL, "**/grafana/VERSION", "", true, plain_version, grafana_files },
	{ "httpd", "HTTPD_VERSION", "**/include/ap_release.h", "include/", false, httpd_version, httpd_files },
	{ "jetty", NULL, "**/VERSION.txt", "", true, jetty_version, jetty_files },
	{ "postgresql", NULL, "**/include/pg_config.h", "include/", false, postgresql_version, postgresql_files },
	{ "spark", NULL, "**/RELEASE", "", true, spark_version, spark_files },
	{ "tomcat", "TOMCAT_VERSION", "**/RELEASE-NOTES", "", true, tomcat_version, tomcat_files },
	{ "wildfly", NULL, "**/version.txt", "", true, wildfly_version, jboss_files },
	{ "jboss-eap", NULL, "**/version.txt", "", true, jboss_version, jboss_files },
	{ .name = NULL },
};
/* clang-format on */

/* links: catalog */
/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzz_catalog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const paths[] = { "usr/local/include/python3.6m/patchlevel.h", "include/node/node_version.h",
		"usr/local/include/php/main/php_version.h", "usr/local/lib/ruby/3.2.0/x86_64-linux/rbconfig.rb",
		"lib/perl5/5.36.0/x86_64-linux/Config.pm", "usr/local/go/VERSION", "opt/java/openjdk/release",
		"usr/local/rustup/toolchains/x/lib/rustlib/multirust-channel-manifest.toml",
		"usr/local/lib/erlang/releases/26/OTP_VERSION", "asdf/erlang/25/releases/25/OTP_VERSION",
		"usr/lib/dart/version", "usr/local/tomcat/RELEASE-NOTES", "opt/wildfly/version.txt",
		"usr/local/jetty/VERSION.txt", "usr/local/apache2/include/ap_release.h",
		"usr/local/include/pg_config.h", "opt/spark/RELEASE", "usr/share/grafana/VERSION", NULL };
	return fuzz_cataloger("runtime", paths, data, size);
}

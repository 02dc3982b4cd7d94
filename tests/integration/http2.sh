# SPDX-License-Identifier: Apache-2.0
# HTTP/2: nginx in front of a real registry says which protocol was spoken.  Where the server offers it, it is used for every request;
# a server that only has HTTP/1.1 gets that.
# shellcheck shell=bash disable=SC2154
export BASEDRIFT_OFFLINE= # this test's own registries, on loopback
PATH=$PATH:/usr/sbin
need_tool nginx docker-registry skopeo openssl python3 jq
nginx -V 2>&1 | grep -q http_v2_module || skip "this nginx has no HTTP/2"
# shellcheck source=/dev/null
. "$here/../support/network/lib.sh"
unset HTTP_PROXY HTTPS_PROXY http_proxy https_proxy ALL_PROXY all_proxy DOCKER_CONFIG SSL_CERT_FILE SSL_CERT_DIR

registry open
certificate front
h2=$(free_port)
h1=$(free_port)
mkdir nginx
{
	[ "$(id -u)" -ne 0 ] || echo 'user root;'
	cat <<-CONF
		daemon off;
		pid $PWD/nginx/pid;
		error_log $PWD/nginx/error.log;
		events {}
		http {
			client_body_temp_path nginx/body; proxy_temp_path nginx/proxy; fastcgi_temp_path nginx/fastcgi; uwsgi_temp_path nginx/uwsgi; scgi_temp_path nginx/scgi;
			log_format spoken '\$server_port \$server_protocol \$request_method \$uri \$http_range';
			access_log $PWD/nginx/spoken.log spoken;
			ssl_certificate $work/front.crt;
			ssl_certificate_key $work/front.key;
			server {
				listen 127.0.0.1:$h2 ssl http2;
				listen 127.0.0.1:$h1 ssl;
				location / {
					proxy_pass http://$open_at;
					proxy_set_header Host \$http_host;
				}
			}
		}
	CONF
} >nginx/conf
nginx -p "$PWD" -c nginx/conf >nginx/out 2>&1 </dev/null &
pids+=($!)
wait_for nginx listens "$h2"

"$MKIMAGE" "$here/../data/images/small.json" first --format oci
skopeo --policy "$work/policy.json" copy -q --dest-tls-verify=false oci:first "docker://$open_at/services/app:1" || fail "skopeo push"
mkdir certs && cp "$work/front.crt" certs/
inventory oci:first >wanted
for port in "$h2" "$h1"; do
	inventory "docker://127.0.0.1:$port/services/app:1" --cert-dir certs >got
	same "inventory by port $port" wanted got
done
spoken() { # spoken PORT: the protocols, each once
	awk -v port="$1" '$1 == port { print $2 }' nginx/spoken.log | sort -u | tr '\n' ' '
}
[ "$(spoken "$h2")" = "HTTP/2.0 " ] || fail "where HTTP/2 is offered: $(cat nginx/spoken.log)"
[ "$(spoken "$h1")" = "HTTP/1.1 " ] || fail "where it is not: $(cat nginx/spoken.log)"
grep -qE "^$h2 HTTP/2.0 HEAD /v2/services/app/manifests/1" nginx/spoken.log || fail "no HEAD by HTTP/2: $(cat nginx/spoken.log)"
[ "$(grep -cE "^$h2 HTTP/2.0 GET /v2/services/app/blobs/" nginx/spoken.log)" -ge 3 ] || fail "blobs by HTTP/2: $(cat nginx/spoken.log)"

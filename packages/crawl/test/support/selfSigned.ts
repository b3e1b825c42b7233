/**
 * A certificate for localhost that nobody signed but itself, and its key. Worthless outside these tests,
 * valid for a hundred years, and made with:
 *
 *     openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500 -subj /CN=localhost \
 *       -addext subjectAltName=DNS:localhost,IP:127.0.0.1
 */
export const selfSigned: { readonly key: string; readonly cert: string } = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgT40t1e/b24U+lMMW
NrJR00lb98WiGVJXlUb1N4hiG/OhRANCAARguMwKIEUw8Eg+5hh4FkvArVGD5Ui3
LvFz4Q5fxxmY7vuixPBD5isRWXZthYrHPcZyLwO4Yu7Objfw6AwSIFOU
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUbGsU4E3TIW1fKsUHP6SWC9KCNHswCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTAwMDQxM1oYDzIxMjYxMTAx
MDAwNDEzWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARguMwKIEUw8Eg+5hh4FkvArVGD5Ui3LvFz4Q5fxxmY7vuixPBD5isR
WXZthYrHPcZyLwO4Yu7Objfw6AwSIFOUo28wbTAdBgNVHQ4EFgQUTEl5UrVKIDci
O5fv2jfDqQQ0DPswHwYDVR0jBBgwFoAUTEl5UrVKIDciO5fv2jfDqQQ0DPswDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhAKYf4MNGf51YE8tjYLPLDwnzlJoMP7n4SthjQ9kLST/AAiB5
Vy57EgXIPlchiFJb5yu+AQmeutd84kl1iBoLl1GM4Q==
-----END CERTIFICATE-----
`,
};

// How programs and people sign in by an identity provider.
extension ConfigurationKey {
    package static let keySet = ConfigurationKey(
        "DAYBOOK_JWKS",
        defaultValue: "found through DAYBOOK_JWT_ISSUER",
        "The JSON Web Key Set that signs people's tokens: a file, or an https:// URL that is read again as keys change. "
            + "Not needed where the issuer publishes an OpenID configuration."
    )
    package static let tokenIssuer = ConfigurationKey(
        "DAYBOOK_JWT_ISSUER",
        defaultValue: "none: only Daybook's own tokens",
        "The `iss` that tokens must have, to the letter. Without DAYBOOK_JWKS the https:// URL of an OpenID provider."
    )
    package static let tokenAudience = ConfigurationKey(
        "DAYBOOK_JWT_AUDIENCE",
        defaultValue: "none",
        "The `aud` that tokens must have. Needed with DAYBOOK_JWT_ISSUER, unless people sign in by it in a browser alone."
    )
    package static let openIDClient = ConfigurationKey(
        "DAYBOOK_OIDC_CLIENT_ID",
        defaultValue: "none: the console takes Daybook's own tokens alone",
        "What this server is called at the OpenID provider DAYBOOK_JWT_ISSUER, by which people then sign in to the console. "
            + "Needs DAYBOOK_PUBLIC_URL; the provider leads back to /console/sign-in/return there."
    )
    package static let openIDSecretFile = ConfigurationKey(
        "DAYBOOK_OIDC_CLIENT_SECRET_FILE",
        defaultValue: "none: a public client",
        "A file, closed to others, with the secret that this server has at the provider."
    )
    package static let openIDScopes = ConfigurationKey(
        "DAYBOOK_OIDC_SCOPES",
        defaultValue: "openid",
        "The scopes that the provider is asked for, separated by spaces; `openid` is always among them."
    )
    package static let openIDName = ConfigurationKey(
        "DAYBOOK_OIDC_NAME",
        defaultValue: "the host of the issuer",
        "What the provider is called on the page for signing in."
    )
    package static let clockSkew = ConfigurationKey(
        "DAYBOOK_JWT_CLOCK_SKEW_SECONDS",
        defaultValue: "60",
        "By how many seconds the issuer's clock may differ from ours; at most 300."
    )
    package static let keySetAge = ConfigurationKey(
        "DAYBOOK_JWKS_MAX_AGE_HOURS",
        defaultValue: "24",
        "For how many hours keys are good that cannot be read again; at most 720. After that nobody signs in by them."
    )
}

using CsCheck;

namespace MlOps.Tracking;

public sealed class SecretMaskTests
{
    /// <summary>Keys with parts in any case and with any separator.</summary>
    private static readonly string[] s_keys =
    [
        "password", "db_pass_word", "Passwd", "pwd", "passphrase", "client_secret", "api-key", "ApiKey", "access.token", "Credentials", "Connection String",
        "SasUrl", "x-sig", "signature", "Authorization", "PrivateKey", "account_key", "Cookie", "user pw",
    ];

    private static readonly string[] s_prefixes = ["", "MlOps:", "A:B:", "Service__"];
    private static readonly Gen<string> s_secret = Gen.String[Gen.Char["ABCDEFGHabcdefgh0123456789!?_"], 12, 30].Select(static text => "Zq7" + text + "x9Z");

    private static readonly Gen<string> s_key = Gen.Select(
        Gen.Int[0, s_keys.Length - 1],
        Gen.Int[0, 3],
        Gen.Int[0, s_prefixes.Length - 1],
        static (key, form, prefix) => s_prefixes[prefix] + form switch
        {
            0 => s_keys[key],
            1 => s_keys[key].ToUpperInvariant(),
            2 => s_keys[key].ToLowerInvariant(),
            _ => s_keys[key].Replace('_', '-'),
        });

    /// <summary>Texts that contain a secret, independently of the name of the setting.</summary>
    private static readonly Func<string, string>[] s_texts =
    [
        static secret => $"DefaultEndpointsProtocol=https;AccountName=acme;AccountKey={secret};EndpointSuffix=core.windows.net",
        static secret => $"Server=db;User Id=sa;Password={secret}",
        static secret => $"Server=db;PWD = '{secret}'",
        static secret => $"SharedAccessSignature=sv=2020&sig={secret}",
        static secret => $"https://acme.blob.core.windows.net/c?sv=2020-01-01&sp=r&sig={secret}",
        static secret => $"https://jane:{secret}@example.org/feed",
        static secret => $"https://{secret}@example.org/feed",
        static secret => $"amqp://jane:{secret}/with/slashes@host",
        static secret => $$"""{"user":"jane","password":"{{secret}}"}""",
        static secret => $"AKIA{secret.ToUpperInvariant().Replace('!', 'A').Replace('?', 'B').Replace('_', 'C')}",
        static secret => $"eyJhbGciOiJIUzI1NiJ9.{secret}.c2lnbmF0dXJl",
        static secret => $"-----BEGIN RSA PRIVATE KEY-----\n{secret}\n-----END RSA PRIVATE KEY-----",
        static secret => $"Bearer {secret}",
        static secret => $"ghp_{new string('a', 20)}{secret}",
    ];

    [Test]
    public void Values_of_secret_keys_are_masked() =>
        Gen.Select(s_key, s_secret).Sample((key, secret) => !SecretMask.MaskSetting(key, secret).Contains(secret, StringComparison.OrdinalIgnoreCase));

    [Test]
    public void Texts_that_contain_a_secret_are_masked() => Gen.Select(Gen.Int[0, s_texts.Length - 1], s_secret).Sample(static (text, secret) =>
    {
        var planted = s_texts[text](secret);
        Assert.That(SecretMask.MaskSetting("MlOps:Harmless", planted), Is.EqualTo(SecretMask.Mask), planted);
        Assert.That(SecretMask.MaskArguments([planted]).Single(), Does.Not.Contain(secret), planted);
    });

    [Test]
    public void Secrets_in_arguments_are_masked() =>
        Gen.Select(s_key, s_secret, Gen.Int[0, 6], Gen.Bool).Sample(static (key, secret, form, isDirty) =>
        {
            secret = isDirty ? "--" + secret : secret;
            string[] given = form switch
            {
                0 => ["--" + key, secret],
                1 => [$"--{key}={secret}"],
                2 => [$"/p:{key}={secret}"],
                3 => [$"/{key}:{secret}"],
                4 => [$"-{key}", secret],
                5 => [$"{key}={secret}=={secret}"],
                _ => [$"--{key}:{secret}={secret}"],
            };
            var masked = SecretMask.MaskArguments(["train", .. given.Select(static text => text.Replace(' ', '-')), "--epochs", "10"]);
            Assert.That(string.Join(' ', masked), Does.Not.Contain(secret).And.StartsWith("train ").And.EndsWith("--epochs 10"), string.Join(' ', given));
        });

    [TestCase("MlOps:Storage:Provider", "S3")]
    [TestCase("MlOps:Storage:LocalDisk:Root", "/var/lib/mlops-data")]
    [TestCase("MlOps:Registry:Aliases:production:CompatibleSignature", "true")]
    [TestCase("MlOps:Metrics:Sinks:disaster:Path", "a/b=c")]
    [TestCase("MlOps:Content:Cache:MaxSize", "10737418240")]
    [TestCase("Service:Endpoint", "https://example.org:8443/api?version=2")]
    [TestCase("Service:Commit", "404d88e2a1b9c4d5e6f708192a3b4c5d6e7f8091")]
    [TestCase("Service:Digest", "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03")]
    public void Other_values_are_not_masked(string key, string value) => Assert.That(SecretMask.MaskSetting(key, value), Is.EqualTo(value));

    [Test]
    public void Arguments_without_secrets_are_not_masked()
    {
        string[] arguments = ["train", "--epochs", "10", "--rate=0.1", "/p:Configuration=Release", "/data/flights.csv", "--verbose"];

        Assert.That(SecretMask.MaskArguments(arguments), Is.EqualTo(arguments));
    }

    [TestCase("https://jane:pa55@example.org/acme/ml.git", "https://example.org/acme/ml.git")]
    [TestCase("https://jane:pa/55@56@example.org/acme/ml.git", "https://example.org/acme/ml.git")]
    [TestCase("https://ghp_0123456789abcdef0123@github.com/acme/ml", "https://github.com/acme/ml")]
    [TestCase("https://example.org/@acme/ml", "https://example.org/@acme/ml")]
    [TestCase("git@github.com:acme/ml.git", "git@github.com:acme/ml.git")]
    [TestCase("ssh://git@example.org:2222/acme/ml.git", "ssh://git@example.org:2222/acme/ml.git")]
    [TestCase("ssh://git:pa55@example.org/ml.git", "ssh://example.org/ml.git")]
    [TestCase("/srv/git/a@b/ml.git", "/srv/git/a@b/ml.git")]
    [TestCase("https://example.org/ml.git?private_token=pa55", "***")]
    public void Credentials_are_removed_from_the_URL_of_a_repository(string address, string stripped) =>
        Assert.That(SecretMask.StripCredentials(address), Is.EqualTo(stripped));
}

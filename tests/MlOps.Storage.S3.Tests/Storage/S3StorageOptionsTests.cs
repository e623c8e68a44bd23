using Amazon.Runtime;
using Amazon.S3;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MlOps.Storage;

/// <summary>Settings that are refused at start. The environment is the process's, so nothing runs beside these tests.</summary>
[NonParallelizable]
public sealed class S3StorageOptionsTests
{
    private static readonly string[] s_variables =
        ["AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"];

    private readonly Dictionary<string, string?> _environment = [];

    [SetUp]
    public void EmptyEnvironment()
    {
        foreach (var name in s_variables)
        {
            _environment[name] = Environment.GetEnvironmentVariable(name);
            Environment.SetEnvironmentVariable(name, null);
        }

        FallbackRegionFactory.Reset(); // the SDK keeps the region that it found first
    }

    [TearDown]
    public void RestoreEnvironment()
    {
        foreach (var (name, value) in _environment)
        {
            Environment.SetEnvironmentVariable(name, value);
        }

        FallbackRegionFactory.Reset();
    }

    [TestCase("s3://acme", "Set it to 'acme'.")]
    [TestCase("acme/", "Set it to 'acme'.")]
    [TestCase("acme-ml/models/v1", "Set it to 'acme-ml', and MlOps:Storage:S3:Prefix to 'models/v1'.")]
    [TestCase("https://acme-ml/models", "Set it to 'acme-ml', and MlOps:Storage:S3:Prefix to 'models'.")]
    [TestCase("acme?x=1", "Set it to 'acme'.")]
    [TestCase("acme#x", "Set it to 'acme'.")]
    [TestCase("../x", "lowercase letters")]
    [TestCase("Acme", "lowercase letters")]
    [TestCase("acme_ml", "lowercase letters")]
    [TestCase("acme..ml", "lowercase letters")]
    [TestCase("acme.", "lowercase letters")]
    [TestCase("-acme", "lowercase letters")]
    [TestCase(" acme", "lowercase letters")]
    [TestCase("acme\n", "lowercase letters")]
    [TestCase("ml", "lowercase letters")]
    [TestCase("192.168.0.1", "IP addresses are not allowed")]
    [TestCase("büro", "lowercase letters")]
    public void Invalid_bucket_name_is_rejected_with_the_remedy(string bucket, string remedy) =>
        AssertFault(("Bucket", bucket), $"MlOps:Storage:S3:Bucket is {Shown(bucket)}", remedy);

    [TestCase("Bucket", "AKIAIOSFODNN7EXAMPLE:c2VjcmV0@acme")]
    [TestCase("Bucket", "https://acme/models?X-Amz-Signature=c2VjcmV0")]
    [TestCase("Bucket", "acme/token=c2VjcmV0")]
    [TestCase("Region", "AccessKey=AKIA;SecretKey=c2VjcmV0")]
    [TestCase("Profile", "secret=c2VjcmV0")]
    [TestCase("Prefix", "https://ada:c2VjcmV0@example.com")]
    [TestCase("ServerSideEncryption", "key=c2VjcmV0")]
    public void Fault_shows_no_text_that_may_be_a_secret(string name, string value) =>
        Assert.That(
            Validate((name, value)).Single(), Does.StartWith($"MlOps:Storage:S3:{name} is a text of {value.Length} characters").And.Not.Contain("c2VjcmV0"));

    [TestCase("acme-ml")]
    [TestCase("acme.ml.2026")]
    [TestCase("arn:aws:s3:eu-central-1:123456789012:accesspoint/ml")]
    public void Bucket_with_a_name_is_accepted(string bucket) => Assert.That(Validate(("Bucket", bucket)), Is.Empty);

    [Test]
    public void Older_bucket_names_are_accepted_with_path_style() =>
        Assert.That(Validate(("Bucket", "Acme_ML"), ("ForcePathStyle", "true")), Is.Empty);

    [TestCase("eu central 1", "Did you mean 'eu-central-1'?")]
    [TestCase("eu-central-", "Did you mean 'eu-central-1'?")]
    [TestCase("EU-CENTRAL-1", "Did you mean 'eu-central-1'?")]
    [TestCase("Frankfurt", "such as 'eu-central-1'")]
    [TestCase("https://s3.eu-central-1.amazonaws.com", "such as 'eu-central-1'")]
    public void Invalid_region_is_rejected_with_the_nearest_name(string region, string remedy) =>
        AssertFault(("Region", region), $"MlOps:Storage:S3:Region is {Shown(region)}", remedy);

    [TestCase("eu-central-1")]
    [TestCase("us-gov-west-1")]
    [TestCase("xx-newland-7")]
    public void Region_that_is_one_or_may_be_a_new_one_is_accepted(string region) => Assert.That(Validate(("Region", region)), Is.Empty);

    [Test]
    public void Region_with_white_space_is_rejected_for_other_servers()
    {
        Assert.That(Validate(("ServiceUrl", "https://s3.example.com"), ("Region", "garage")), Is.Empty);
        Assert.That(
            Validate(("ServiceUrl", "https://s3.example.com"), ("Region", "eu central 1")), Has.One.Contains("MlOps:Storage:S3:Region is 'eu central 1'"));
    }

    [Test]
    public void Missing_region_is_refused() =>
        Assert.That(Validate(("Region", "")), Has.One.Contains("MlOps:Storage:S3:Region is empty, and neither AWS_REGION nor the profile has a region."));

    [Test]
    public void Region_may_be_in_the_environment_or_the_profile()
    {
        Assert.That(Validate(("Region", ""), ("Profile", "team")), Is.Empty);
        Assert.That(Validate(("Region", ""), ("Profile", "plain")), Has.One.Contains("MlOps:Storage:S3:Region is empty"));
        Assert.That(Validate(("Region", ""), ("ServiceUrl", "https://s3.example.com")), Is.Empty);

        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", "https://s3.example.com");
        Assert.That(Validate(("Region", "")), Is.Empty);
    }

    [Test]
    public void Missing_profile_is_rejected_with_the_nearest_name() =>
        AssertFault(("Profile", "teem"), "MlOps:Storage:S3:Profile is 'teem'", "Did you mean 'team'? The profiles are: ");

    [TestCase("https://s3.example.com/bucket")]
    [TestCase("https://s3.example.com/bucket/")]
    [TestCase("https://s3.example.com/?x=1")]
    [TestCase("https://s3.example.com/#x")]
    public void Service_url_with_more_than_an_address_is_refused(string url) =>
        AssertFault(("ServiceUrl", url), "MlOps:Storage:S3:ServiceUrl contains more than a server address.", "Set it to 'https://s3.example.com'");

    [Test]
    public void Service_url_may_end_with_a_slash() => Assert.That(Validate(("ServiceUrl", "https://s3.example.com/")), Is.Empty);

    [TestCase("mlops-role", "MlOps:Storage:S3:RoleArn is 'mlops-role', which is not the ARN of a role.")]
    [TestCase("arn:aws:iam::123456789012:user/me", "which is not the ARN of a role.")]
    public void Role_that_is_not_an_ARN_is_rejected(string role, string fault) => AssertFault(("RoleArn", role), fault, "arn:aws:iam::123456789012:role/ml");

    [Test]
    public void Session_name_without_a_role_is_refused() =>
        AssertFault(("RoleSessionName", "scoring"), "MlOps:Storage:S3:RoleSessionName is set without MlOps:Storage:S3:RoleArn.", "Set both");

    [Test]
    public void File_without_certificates_is_refused()
    {
        AssertFault(("CaCertificateFile", AwsProfiles.File), "MlOps:Storage:S3:CaCertificateFile is", "The file contains no certificate in PEM format.");
        AssertFault(("CaCertificateFile", "/none.pem"), "MlOps:Storage:S3:CaCertificateFile is '/none.pem'.", "cannot be read");
    }

    [Test]
    public void Registered_client_needs_no_region([Values] bool keyed)
    {
        var services = new ServiceCollection();
        services.AddMlOps(Configure(("Region", ""))).AddS3Storage();
        using var client = new AmazonS3Client("key", "secret", new AmazonS3Config { ServiceURL = "https://s3.example.com" });
        _ = keyed ? services.AddKeyedSingleton<IAmazonS3>("S3", client) : services.AddSingleton<IAmazonS3>(client);
        using var provider = services.BuildServiceProvider();

        Assert.That(provider.GetRequiredService<IOptionsMonitor<S3StorageOptions>>().Get("S3").Bucket, Is.EqualTo("bucket"));
    }

    [Test]
    public async Task Unknown_region_is_named_where_its_address_does_not_exist()
    {
        using var store = new S3ArtifactStore(
            new S3StorageOptions { Bucket = "bucket", Region = "eu-cental-1", AccessKey = "key", SecretKey = "secret", MaxRetries = 0 });

        var failure = await Assert.ThrowsAsync<ProviderException>(() => store.FindAsync(ArtifactPath.Parse("a")));

        Assert.That(
            failure!.Message,
            Does.Contain("S3StorageOptions.Region").And.Contain("Did you mean 'eu-central-1'?").And.Not.Contain("S3StorageOptions.ServiceUrl"));
    }

    private static string Shown(string text) =>
        text.Contains("://", StringComparison.Ordinal) || text.Contains('=', StringComparison.Ordinal)
            ? $"a text of {text.Length} characters, which is not shown"
            : $"'{text}'";

    private static void AssertFault((string Name, string Value) setting, string fault, string remedy) =>
        Assert.That(Validate(setting), Has.Count.EqualTo(1).And.One.Contains(fault).And.One.Contains(remedy));

    private static IReadOnlyCollection<string> Validate(params (string Name, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddMlOps(Configure(settings)).AddS3Storage();
        using var provider = services.BuildServiceProvider();
        try
        {
            _ = provider.GetRequiredService<IOptionsMonitor<S3StorageOptions>>().Get("S3");
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return [.. exception.Failures];
        }
    }

    private static IConfiguration Configure(params (string Name, string Value)[] settings)
    {
        var all =
            new Dictionary<string, string?>
            {
                ["MlOps:Storage:Provider"] = "S3",
                ["MlOps:Storage:S3:Bucket"] = "bucket",
                ["MlOps:Storage:S3:Region"] = "eu-central-1",
            };
        foreach (var (name, value) in settings)
        {
            all[$"MlOps:Storage:S3:{name}"] = value;
        }

        return new ConfigurationBuilder().AddInMemoryCollection(all).Build();
    }
}

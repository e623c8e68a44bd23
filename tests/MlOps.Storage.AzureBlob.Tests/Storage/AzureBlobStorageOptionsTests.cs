using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MlOps.Storage;

public sealed class AzureBlobStorageOptionsTests
{
    private const string Secret = "c2VjcmV0";
    private static readonly string s_clientId = Guid.NewGuid().ToString();
    private static readonly Uri s_service = new("https://acme.blob.core.windows.net");

    private static IEnumerable<TestCaseData<AzureBlobStorageOptions, string>> Faults()
    {
        yield return Fault(Valid(static options => options.Container = ""), "MlOps:Storage:archive:Container is empty.");
        yield return Fault(Valid(static options => options.Container = "Not_One"), "MlOps:Storage:archive:Container is 'Not_One'");
        yield return Fault(
            Valid(static options => options.Container = "ml"),
            "MlOps:Storage:archive:Container is 'ml', which is not a valid container name. It has 2 characters.");
        yield return Fault(Valid(static options => options.Container = "artifacts\n"), "MlOps:Storage:archive:Container is 'artifacts\n'");
        yield return Fault(
            Valid(static options => options.Container = $"https://acme.blob.core.windows.net/ml?sig={Secret}"),
            "MlOps:Storage:archive:Container is a text of 50 characters, which is not shown");
        yield return Fault(
            Valid(static options => options.Container = $"ml?sig={Secret}"), "MlOps:Storage:archive:Container is a text of 15 characters, which is not shown");
        yield return Fault(
            Valid(static options => options.Prefix = $"https://acme/?sig={Secret}"),
            "MlOps:Storage:archive:Prefix is a text of 26 characters, which is not shown");
        yield return Fault(
            Valid(static options => options.ManagedIdentityClientId = $"secret={Secret}"),
            "MlOps:Storage:archive:ManagedIdentityClientId is a text of 15 characters, which is not shown");
        yield return Fault(
            Valid(static options => options.ManagedIdentityClientId = "me"),
            "MlOps:Storage:archive:ManagedIdentityClientId is 'me', which is not a client ID.");
        yield return Fault(
            Valid(static options => (options.ManagedIdentityClientId, options.SasToken) = (s_clientId, "sig=x")),
            "MlOps:Storage:archive:ManagedIdentityClientId is set, but the store");
        yield return Fault(Valid(static options => options.CaCertificateFile = "/none.pem"), "MlOps:Storage:archive:CaCertificateFile is '/none.pem'.");
        yield return Fault(Valid(static options => options.Prefix = "../up"), "MlOps:Storage:archive:Prefix is '../up'");
        yield return Fault(
            Valid(static options => options.ServiceUri = null), "MlOps:Storage:archive:ServiceUri and MlOps:Storage:archive:ConnectionString are both empty.");
        yield return Fault(Valid(static options => options.ServiceUri = new Uri("ftp://acme")), "MlOps:Storage:archive:ServiceUri is not a service address");
        yield return Fault(
            Valid(static options => options.ServiceUri = new Uri($"https://acme:{Secret}@acme.blob.core.windows.net")),
            "MlOps:Storage:archive:ServiceUri is not a service address");
        yield return Fault(
            Valid(static options => options.ServiceUri = new Uri($"AccountName=acme;AccountKey={Secret}", UriKind.Relative)),
            "MlOps:Storage:archive:ServiceUri is not a service address");
        yield return Fault(
            Valid(static options => options.ServiceUri = new Uri($"acme.blob.core.windows.net/?sig={Secret}", UriKind.Relative)),
            "MlOps:Storage:archive:ServiceUri is not a service address");
        yield return Fault(
            Valid(static options => options.ServiceUri = new Uri("https://acme.blob.core.windows.net/?sig=x")), "MlOps:Storage:archive:SasToken");
        yield return Fault(Valid(static options => options.ServiceUri = new Uri("http://acme.blob.core.windows.net")), "Entra ID requires HTTPS");
        yield return Fault(
            Valid(static options => options.ConnectionString = "UseDevelopmentStorage=true"),
            "MlOps:Storage:archive:ConnectionString and MlOps:Storage:archive:ServiceUri are both set");
        yield return Fault(
            Valid(static options => (options.ServiceUri, options.ConnectionString) = (null, Secret)),
            "MlOps:Storage:archive:ConnectionString is not the connection string of a storage account.");
        yield return Fault(
            Valid(static options => (options.AccountKey, options.SasToken) = (Secret, "sig=x")),
            "MlOps:Storage:archive:AccountKey and MlOps:Storage:archive:SasToken are set");
        yield return Fault(Valid(static options => options.AccountKey = "not Base64!"), "MlOps:Storage:archive:AccountKey is not Base64.");
        yield return Fault(
            Valid(static options => options.AccountName = "acme"), "MlOps:Storage:archive:AccountName is set without MlOps:Storage:archive:AccountKey.");
        yield return Fault(
            Valid(static options => (options.ServiceUri, options.AccountKey) = (new Uri("https://files.example.org"), Secret)),
            "MlOps:Storage:archive:AccountName is empty");
        yield return Fault(Valid(static options => options.BlockSize = 1), "MlOps:Storage:archive:BlockSize is 1.");
        yield return Fault(Valid(static options => options.Parallelism = 0), "MlOps:Storage:archive:Parallelism is 0.");
        yield return Fault(Valid(static options => options.MaxRetries = -1), "MlOps:Storage:archive:MaxRetries is -1.");
        yield return Fault(Valid(static options => options.StallTimeout = TimeSpan.Zero), "MlOps:Storage:archive:StallTimeout is 00:00:00.");
        yield return Fault(Valid(static options => options.ConnectTimeout = TimeSpan.FromHours(2)), "MlOps:Storage:archive:ConnectTimeout is 02:00:00.");
    }

    [TestCaseSource(nameof(Faults))]
    public void Fault_names_the_setting_and_no_secret(AzureBlobStorageOptions options, string message)
    {
        var result = new AzureBlobStorageOptionsValidator().Validate("archive", options);

        Assert.That(result.FailureMessage, Does.Contain(message));
        Assert.That(result.FailureMessage, Does.Not.Contain(Secret));
        Assert.That(result.Failures!.Count(), Is.EqualTo(1));
    }

    [Test]
    public void All_faults_are_reported_at_once()
    {
        var result = new AzureBlobStorageOptionsValidator().Validate("archive", new AzureBlobStorageOptions { Parallelism = 0, BlockSize = 0 });

        Assert.That(result.Failures!.Count(), Is.EqualTo(4));
    }

    [Test]
    public void Store_made_in_code_refuses_faulty_options()
    {
        var failure = Assert.Throws<OptionsValidationException>(() => new AzureBlobArtifactStore(new AzureBlobStorageOptions()).Dispose());

        Assert.That(failure.Message, Does.Contain("AzureBlobStorageOptions.Container").And.Contain("AzureBlobStorageOptions.ServiceUri"));
    }

    [Test]
    public void Client_id_is_valid_with_Entra_ID_and_rejected_with_a_credential()
    {
        var options = Valid(static options => options.ManagedIdentityClientId = s_clientId);
        using var with = new ServiceCollection().AddSingleton<Azure.Core.TokenCredential>(AzureBlobClientFactory.CreateCredential(options))
            .BuildServiceProvider();

        Assert.That(new AzureBlobStorageOptionsValidator().Validate("archive", options).Succeeded, Is.True);
        Assert.That(
            new AzureBlobStorageOptionsValidator(with.GetRequiredService<IServiceProviderIsService>()).Validate("archive", options).FailureMessage,
            Does.Contain("TokenCredential"));
    }

    [Test]
    public void Registered_client_needs_no_address([Values] bool keyed)
    {
        var services = new ServiceCollection();
        var client = new Azure.Storage.Blobs.BlobServiceClient(s_service);
        _ = keyed ? services.AddKeyedSingleton("archive", client) : services.AddSingleton(client);
        using var provider = services.BuildServiceProvider();
        var validator = new AzureBlobStorageOptionsValidator(provider.GetRequiredService<IServiceProviderIsService>());

        Assert.That(validator.Validate("archive", Valid(static options => options.ServiceUri = null)).Succeeded, Is.True);
    }

    [Test]
    public void Service_uri_alone_is_valid() =>
        Assert.That(new AzureBlobStorageOptionsValidator().Validate("archive", Valid(static _ => { })).Succeeded, Is.True);

    private static AzureBlobStorageOptions Valid(Action<AzureBlobStorageOptions> spoil)
    {
        var options = new AzureBlobStorageOptions { Container = "artifacts", ServiceUri = s_service };
        spoil(options);
        return options;
    }

    private static TestCaseData<AzureBlobStorageOptions, string> Fault(AzureBlobStorageOptions options, string message) =>
        new(options, message) { TestName = $"Fault: {message}" };
}

using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace MlOps;

/// <summary>Parses the JSON of the documentation, and validates settings as the start of a host does.</summary>
public sealed class ReadmeSettingsTests
{
    private static IEnumerable<TestCaseData> Blocks => Documentation.Blocks("json", "jsonc");

    [TestCaseSource(nameof(Blocks))]
    public void Every_block_of_JSON_is_valid_and_settings_pass_the_validation_at_start(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty(MlOpsOptions.SectionName, out _))
        {
            return;
        }

        Assert.That(() => Start(json), Throws.Nothing);
    }

    [Test]
    public void Invalid_settings_are_found() => Assert.That(
        () => Start("""
            { "MlOps": { "Storage": { "Provider": "AzureBlob", "AzureBlob": { "Container": "ml", "ServiceUri": "https://acme.blob.core.windows.net" } } } }
            """),
        Throws.TypeOf<OptionsValidationException>().With.Message.Contains("MlOps:Storage:AzureBlob:Container"));

    /// <summary>Validates settings without opening files and connections.</summary>
    private static void Start(string json)
    {
        var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();
        using var services = new ServiceCollection()
            .AddMlOps(configuration).AddS3Storage().AddAzureBlobStorage().AddTabularDatasets().AddOnnxModels().AddMLNetModels().AddMonitoring()
            .Services.BuildServiceProvider();
        services.GetRequiredService<IStartupValidator>().Validate();
    }
}

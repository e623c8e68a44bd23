using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using MlOps.Content;
using MlOps.Datasets;
using MlOps.Metrics;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps;

/// <summary>Compares the schema for editors with the options classes.</summary>
public sealed class ConfigurationSchemaTests
{
    private static readonly JsonSerializerOptions s_json = new() { Converters = { new JsonStringEnumConverter() } };

    [TestCase("MlOps.Core", "LocalDisk", typeof(LocalDiskStorageOptions))]
    [TestCase("MlOps.Storage.S3", "S3", typeof(S3StorageOptions))]
    [TestCase("MlOps.Storage.AzureBlob", "AzureBlob", typeof(AzureBlobStorageOptions))]
    public void The_schema_lists_every_setting_of_a_store(string project, string section, Type options)
    {
        var settings = options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.CanWrite).Select(static property => property.Name);

        var schema = Storage(project).GetProperty(section).GetProperty("properties").EnumerateObject().ToArray();

        Assert.That(schema.Select(static property => property.Name), Is.EquivalentTo(settings));
        Assert.That(schema.Where(static property => !property.Value.TryGetProperty("description", out _)), Is.Empty);
    }

    [TestCase("MlOps.Core", "LocalDisk", typeof(LocalDiskStorageOptions))]
    [TestCase("MlOps.Storage.S3", "S3", typeof(S3StorageOptions))]
    [TestCase("MlOps.Storage.AzureBlob", "AzureBlob", typeof(AzureBlobStorageOptions))]
    public void The_schema_lists_every_setting_of_a_store_that_settings_add(string project, string section, Type options)
    {
        var settings = options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static property => property.CanWrite)
            .Select(property => (property.Name, $"#/properties/MlOps/properties/Storage/properties/{section}/properties/{property.Name}"));

        var schema = MlOpsSection(project).GetProperty("Storage").GetProperty("additionalProperties").GetProperty("properties").EnumerateObject().ToArray();

        Assert.That(schema[0].Name, Is.EqualTo("Type"));
        Assert.That(schema.Skip(1).Select(static property => (property.Name, property.Value.GetProperty("$ref").GetString()!)), Is.EquivalentTo(settings));
    }

    [Test]
    public void The_schema_lists_the_settings_of_the_section_itself() => Assert.That(
        MlOpsSection("MlOps.Core").EnumerateObject().Select(static property => property.Name),
        Is.SupersetOf(typeof(MlOpsOptions).GetProperties().Select(static property => property.Name)));

    [TestCase("", typeof(RegistryOptions))]
    [TestCase("Aliases", typeof(PromotionPolicy))]
    [TestCase("Aliases/Metrics", typeof(MetricBounds))]
    public void The_schema_lists_every_setting_of_registries(string path, Type options)
    {
        var schema = MlOpsSection("MlOps.Core").GetProperty("Registry").GetProperty("properties");
        foreach (var step in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            schema = schema.GetProperty(step).GetProperty("additionalProperties").GetProperty("properties");
        }

        Assert.That(
            schema.EnumerateObject().Select(static property => property.Name),
            Is.EquivalentTo(options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(static property => property.Name)));
        Assert.That(schema.EnumerateObject().Where(static property => !property.Value.TryGetProperty("description", out _)), Is.Empty);
    }

    [TestCase("MlOps.Models.MLNet", "MLNet", typeof(MLNetModelOptions))]
    public void The_schema_lists_every_setting_of_a_loader(string project, string section, Type options)
    {
        var settings = options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.CanWrite).Select(static property => property.Name);

        var schema = MlOpsSection(project).GetProperty(section).GetProperty("properties").EnumerateObject().ToArray();

        Assert.That(schema.Select(static property => property.Name), Is.EquivalentTo(settings));
        Assert.That(schema.Where(static property => !property.Value.TryGetProperty("description", out _)), Is.Empty);
    }

    [TestCase("MlOps.Core", "Storage", typeof(StorageOptions))]
    [TestCase("MlOps.Core", "Storage/LocalDisk", typeof(LocalDiskStorageOptions))]
    [TestCase("MlOps.Core", "Content/Cache", typeof(ContentCacheOptions))]
    [TestCase("MlOps.Core", "Serving", typeof(ServingOptions))]
    [TestCase("MlOps.Core", "Models/*", typeof(ServedModelOptions))]
    [TestCase("MlOps.Core", "Metrics", typeof(MetricsOptions))]
    [TestCase("MlOps.Core", "Metrics/Sinks/*", typeof(MetricsSinkOptions))]
    [TestCase("MlOps.Core", "Metrics/Sinks/*", typeof(JsonLinesSinkOptions))]
    [TestCase("MlOps.Core", "Metrics/Sinks/*", typeof(MeterSinkOptions))]
    [TestCase("MlOps.Core", "Tracking", typeof(TrackingOptions))]
    [TestCase("MlOps.Core", "Registry/Aliases/*", typeof(PromotionPolicy))]
    [TestCase("MlOps.Storage.S3", "Storage/S3", typeof(S3StorageOptions))]
    [TestCase("MlOps.Storage.AzureBlob", "Storage/AzureBlob", typeof(AzureBlobStorageOptions))]
    [TestCase("MlOps.Models.MLNet", "MLNet", typeof(MLNetModelOptions))]
    [TestCase("MlOps.Models.Onnx", "Onnx", typeof(OnnxModelOptions))]
    [TestCase("MlOps.Datasets.Tabular", "Datasets/Csv", typeof(CsvTableOptions))]
    public void A_default_in_the_schema_is_the_default_of_the_option(string project, string path, Type type)
    {
        var options = Activator.CreateInstance(type);

        // Sections of sinks list the settings of several kinds.
        var defaults =
            from setting in Settings(project, path)
            where setting.Value.TryGetProperty("default", out _)
            let property = type.GetProperty(setting.Name)
            where property is not null
            select (property, Schema: setting.Value.GetProperty("default").Deserialize(property.PropertyType, s_json));

        Assert.That(defaults, Is.Not.Empty);
        Assert.Multiple(() =>
        {
            foreach (var (property, schema) in defaults)
            {
                Assert.That(schema, Is.EqualTo(property.GetValue(options)), property.Name);
            }
        });
    }

    [TestCase("MlOps.Core")]
    [TestCase("MlOps.Models.MLNet")]
    [TestCase("MlOps.Storage.S3")]
    [TestCase("MlOps.Storage.AzureBlob")]
    [TestCase("MlOps.Models.Onnx")]
    [TestCase("MlOps.Datasets.Tabular")]
    public void The_schema_is_packed_with_the_targets_that_editors_read(string project)
    {
        Assert.That(Repository.Read("src", project, $"{project}.csproj"), Does.Contain("ConfigurationSchema.json").And.Contain("buildTransitive"));
        Assert.That(Repository.Read("src", project, "buildTransitive", $"{project}.targets"), Does.Contain("JsonSchemaSegment"));
    }

    [Test]
    public void The_schema_lists_every_setting_of_CSV_files() => Assert.That(
        Settings("MlOps.Datasets.Tabular", "Datasets/Csv").Select(static property => property.Name),
        Is.EquivalentTo(typeof(CsvTableOptions).GetProperties().Select(static property => property.Name)));

    [Test]
    public void The_schema_lists_every_setting_of_the_content_cache() => Assert.That(
        Settings("MlOps.Core", "Content/Cache").Select(static property => property.Name),
        Is.EquivalentTo(typeof(ContentCacheOptions).GetProperties().Select(static property => property.Name)));

    [Test]
    public void The_schema_lists_every_setting_of_served_models()
    {
        var models = MlOpsSection("MlOps.Core").GetProperty("Models").GetProperty("additionalProperties").GetProperty("properties").EnumerateObject().ToArray();
        var serving = MlOpsSection("MlOps.Core").GetProperty("Serving").GetProperty("properties").EnumerateObject().ToArray();

        Assert.That(models.Select(static property => property.Name), Is.EquivalentTo(NamesOf(typeof(ServedModelOptions))));
        Assert.That(serving.Select(static property => property.Name), Is.EquivalentTo(NamesOf(typeof(ServingOptions))));
        Assert.That(models.Concat(serving).Where(static property => !property.Value.TryGetProperty("description", out _)), Is.Empty);
    }

    [Test]
    public void The_schema_lists_every_setting_of_metrics_and_of_their_sinks()
    {
        var metrics = MlOpsSection("MlOps.Core").GetProperty("Metrics").GetProperty("properties").EnumerateObject().ToArray();
        var sinks = Settings("MlOps.Core", "Metrics/Sinks/*").ToArray();
        Type[] options = [typeof(MetricsSinkOptions), typeof(JsonLinesSinkOptions), typeof(MeterSinkOptions)];

        Assert.That(metrics.Select(static property => property.Name), Is.EquivalentTo(NamesOf(typeof(MetricsOptions))));
        Assert.That(sinks.Select(static property => property.Name), Is.EquivalentTo(options.SelectMany(NamesOf)));
        Assert.That(metrics.Concat(sinks).Where(static property => !property.Value.TryGetProperty("description", out _)), Is.Empty);
    }

    [Test]
    public void The_schema_lists_every_setting_of_ONNX_models()
    {
        var schema = MlOpsSection("MlOps.Models.Onnx").GetProperty("Onnx").GetProperty("properties").EnumerateObject().ToArray();

        Assert.That(schema.Select(static property => property.Name), Is.EquivalentTo(OnnxSettings()));
        Assert.That(schema.Where(static property => !property.Value.TryGetProperty("description", out _)), Is.Empty);
    }

    [Test]
    public void The_schema_lists_every_setting_of_one_ONNX_model()
    {
        var schema = Settings("MlOps.Models.Onnx", "Models/*/Onnx");

        Assert.That(
            schema.Select(static property => (property.Name, property.Value.GetProperty("$ref").GetString()!)),
            Is.EquivalentTo(OnnxSettings().Select(static name => (name, $"#/properties/MlOps/properties/Onnx/properties/{name}"))));
    }

    /// <summary>Gets the names of the settings, without properties that only code can set.</summary>
    private static IEnumerable<string> OnnxSettings() =>
        typeof(OnnxModelOptions).GetProperties().Where(static property => !typeof(Delegate).IsAssignableFrom(property.PropertyType))
            .Select(static property => property.Name);

    private static IEnumerable<string> NamesOf(Type options) => options.GetProperties().Select(static property => property.Name);

    private static JsonElement.ObjectEnumerator Settings(string project, string path)
    {
        var section = JsonDocument.Parse(Repository.Read("src", project, "ConfigurationSchema.json")).RootElement
            .GetProperty("properties").GetProperty("MlOps");
        foreach (var step in path.Split('/'))
        {
            section = step == "*" ? section.GetProperty("additionalProperties") : section.GetProperty("properties").GetProperty(step);
        }

        return section.GetProperty("properties").EnumerateObject();
    }

    private static JsonElement Storage(string project) => MlOpsSection(project).GetProperty("Storage").GetProperty("properties");

    private static JsonElement MlOpsSection(string project) => JsonDocument.Parse(Repository.Read("src", project, "ConfigurationSchema.json")).RootElement
        .GetProperty("properties").GetProperty("MlOps").GetProperty("properties");
}

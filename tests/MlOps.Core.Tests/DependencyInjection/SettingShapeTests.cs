using Microsoft.Extensions.DependencyInjection;
using MlOps.Metrics;
using MlOps.Registry;
using MlOps.Serving;
using MlOps.Tracking;

namespace MlOps.DependencyInjection;

public sealed class SettingShapeTests
{
    [TestCase("Registry:Aliases:production:RequiredTags", "approved-by-risk",
        "is the string 'approved-by-risk', but must be a list. Write it as \"RequiredTags\": [ \"approved-by-risk\" ]")]
    [TestCase("Metrics:Sinks:Log:Exclude", "customer/", "is the string 'customer/', but must be a list.")]
    [TestCase("Metrics:Meters", "MlOps", "is the string 'MlOps', but must be a list.")]
    [TestCase("Tracking:CapturedSections", "Training", "is the string 'Training', but must be a list.")]
    [TestCase("Models:iris:PollInterval:Seconds", "5", "is an object, but must be a single value: a time as hours:minutes:seconds", "Models:iris:PollInterval")]
    [TestCase("Models:iris:OnInvalidFeature:features", "Wran", "is 'Wran'. Set it to Reject, Clamp, Impute, Warn or Observe.")]
    [TestCase("Models:iris:OnInvalidFeature", "Warn",
        "is a single value, but must be an object with settings. Write it as \"OnInvalidFeature\": { \"<name>\": \"Reject\" }.")]
    [TestCase("Registry:Aliases:production:Metrics:auc", "0.9",
        "is a single value, but must be an object with settings. Write it as \"auc\": { \"AtLeast\": 0.5 }.")]
    [TestCase("Registry:Aliases:production", "0.9", "is a single value, but must be an object with settings.")]
    [TestCase("Storage:S3", "my-bucket", "is a single value, but must be an object with settings.")]
    [TestCase("Content:Cache", "/var/cache/mlops", "is a single value, but must be an object with settings. Write it as \"Cache\": { \"Folder\": \"…\" }.")]
    [TestCase("Storage", "S3", "is a single value, but must be an object with settings. Write it as \"Storage\": { \"Provider\": \"…\" }.")]
    [TestCase("Models", "iris", "is a single value, but must be an object with settings.")]
    [TestCase("Models:other", "iris", "is a single value, but must be an object with settings.")]
    [TestCase("Onnx", "true", "is a single value, but must be an object with settings.")]
    [TestCase("Metrics:Sinks", "Meter", "is a single value, but must be an object with settings.")]
    [TestCase("Metrics:Sinks:0", "Meter", "is a list, but must be an object with settings.", "Metrics:Sinks")]
    [TestCase("Registry:Aliases:0", "production", "is a list, but must be an object with settings.", "Registry:Aliases")]
    [TestCase("Storage:LocalDisk:0", "data", "is a list, but must be an object with settings.", "Storage:LocalDisk")]
    [TestCase("Storage:Provider:0", "S3", "is a list, but must be a single value", "Storage:Provider")]
    [TestCase("Metrics:Meters:MlOps", "true", "is an object with 'MlOps', but must be a list.", "Metrics:Meters")]
    [TestCase("Metrics:Meters:0:Name", "MlOps", "is an object, but must be a single value: a string.", "Metrics:Meters:0")]
    public async Task A_value_of_the_wrong_shape_stops_the_start(string key, string value, string message, string? reported = null)
    {
        var run = await StartAsync((key, value));

        Assert.That(run.Failures, Has.Some.StartsWith($"MlOps:{reported ?? key} {message}"));
        Assert.That(run.Failures, Is.Unique);
    }

    [TestCase("Models:iris:Start", "Maybe", "is 'Maybe'. Set it to Required, Optional or Lazy.")]
    [TestCase("Models:iris:Start", "7", "is '7'. Set it to Required, Optional or Lazy.")]
    [TestCase("Models:iris:Start", "1", "is '1'. Set it to Required, Optional or Lazy.")]
    [TestCase("Models:iris:Start", "Required, Lazy", "is 'Required, Lazy'. Set it to Required, Optional or Lazy.")]
    [TestCase("Metrics:WhenFull", "Drop", "is 'Drop'. Set it to DropNewest or DropOldest.")]
    [TestCase("Models:iris:PollInterval", "5s", "is '5s'. Set it to a time as hours:minutes:seconds, such as \"00:00:05\" for five seconds.")]
    [TestCase("Models:iris:PollInterval", "1", "is '1'. Set it to a time as hours:minutes:seconds, such as \"00:00:05\" for five seconds.")]
    [TestCase("Tracking:HeartbeatInterval", "15", "is '15'. Set it to a time")]
    [TestCase("Tracking:SystemMetricsInterval", "15", "is '15'. Set it to a time")]
    [TestCase("Metrics:Sinks:JsonLines:MaxFileAge", "1", "is '1'. Set it to a time")]
    [TestCase("Registry:Aliases:production:MaxLatency", "1", "is '1'. Set it to a time")]
    [TestCase("Models:other:LoadTimeout", "1", "is '1'. Set it to a time")]
    [TestCase("Registry:Aliases:production:GoldenExamples", "yes", "is 'yes'. Set it to true or false.")]
    [TestCase("Registry:Aliases:production:Metrics:auc:AtLeast", "0,9x", "is '0,9x'. Set it to a number, such as 0.5.")]
    [TestCase("Content:Cache:MaxSize", "10 GiB", "is '10 GiB'. Set it to a whole number without a unit")]
    [TestCase("Strict", "no", "is 'no'. Set it to true or false.")]
    public async Task An_invalid_value_stops_the_start_with_the_valid_ones(string key, string value, string message)
    {
        var run = await StartAsync((key, value));

        Assert.That(run.Failures, Has.Some.StartsWith($"MlOps:{key} {message}"));
    }

    [TestCase("Storage:LocalDisk", "DefaultEndpointsProtocol=https;AccountKey=c2VjcmV0")]
    [TestCase("Storage:AzureBlob", "https://ada:secret@example.com")]
    [TestCase("Storage:S3", "wJalrXUtnFEMIsecretEXAMPLE")]
    [TestCase("Metrics:Meters", "https://ada:secret@example.com")]
    [TestCase("Models:iris:Start", "AccountKey=c2VjcmV0")]
    [TestCase("Content:Cache:MaxSize", "https://ada:secret@example.com")]
    [TestCase("Tracking:CaptureGit", "a_long_text_that_is_perhaps_a_token_secret_a_long_text_that_is_perhaps_a_token")]
    public async Task A_message_about_a_shape_shows_no_text_that_may_be_a_secret(string key, string value)
    {
        var run = await StartAsync((key, value));

        Assert.That(run.Failures.Single(), Does.StartWith($"MlOps:{key} ").And.Not.Contain("secret").And.Not.Contain("c2VjcmV0"));
    }

    [TestCase("""{ "Metrics": { "Sinks": { "Meter": {}, "Log": null }, "Meters": [] } }""")]
    [TestCase("""{ "Storage": {}, "Registry": { "Aliases": {} }, "Models": null, "Content": { "Cache": { "Folder": null } } }""")]
    [TestCase("""{ "Models": { "iris": { "OnInvalidFeature": {}, "PollInterval": "00:00:00.5", "Start": "lazy" } } }""")]
    [TestCase("""{ "Tracking": { "CapturedSections": [ "Training" ], "CaptureGit": "False", "DeliveryTimeout": "1.00:00:00" } }""")]
    public async Task Empty_sections_and_values_in_any_case_are_valid(string json)
    {
        var run = await SettingsRun.StartJsonAsync(Add, json);

        Assert.That(run.Failures, Is.Empty);
    }

    [TestCase("""{ "Registry": { "Aliases": [ "production" ] } }""", "MlOps:Registry:Aliases is a list")]
    [TestCase(
        """{ "Registry": { "Aliases": { "production": { "RequiredTags": { "risk": true } } } } }""",
        "MlOps:Registry:Aliases:production:RequiredTags is an object with 'risk'")]
    [TestCase("""{ "Models": { "iris": { "Alias": [ "production" ] } } }""", "MlOps:Models:iris:Alias is a list")]
    [TestCase("""{ "Models": { "iris": { "PollInterval": 5 } } }""", "MlOps:Models:iris:PollInterval is '5'")]
    [TestCase("""{ "Models": [ { "Name": "iris" } ] }""", "MlOps:Models is a list")]
    public async Task A_file_of_the_wrong_shape_stops_the_start(string json, string message)
    {
        var run = await SettingsRun.StartJsonAsync(Add, json);

        Assert.That(run.Failures.Single(), Does.StartWith(message));
    }

    [TestCase("""{ "Registry": { "Aliases": { "production": { "RequiredTags": [ "team", null ] } } } }""", "MlOps:Registry:Aliases:production:RequiredTags:1")]
    [TestCase("""{ "Registry": { "Formats": [ null ] } }""", "MlOps:Registry:Formats:0")]
    [TestCase("""{ "Metrics": { "Meters": [ null ] } }""", "MlOps:Metrics:Meters:0")]
    [TestCase("""{ "Metrics": { "Sinks": { "Log": { "Include": [ null ] } } } }""", "MlOps:Metrics:Sinks:Log:Include:0")]
    [TestCase("""{ "Metrics": { "Sinks": { "Log": { "Exclude": [ null ] } } } }""", "MlOps:Metrics:Sinks:Log:Exclude:0")]
    [TestCase("""{ "Tracking": { "CapturedSections": [ null ] } }""", "MlOps:Tracking:CapturedSections:0")]
    public async Task A_list_with_an_element_that_is_null_stops_the_start(string json, string path)
    {
        var run = await SettingsRun.StartJsonAsync(Add, json);

        Assert.That(run.Failures, Is.EqualTo([$"{path} is null. Set it to a string, or remove it from the list."]));
    }

    [Test]
    public async Task A_null_that_code_adds_to_a_list_stops_the_start()
    {
        var run = await SettingsRun.StartAsync(
            static builder =>
            {
                builder.Services.Configure<TrackingOptions>(static options => options.CapturedSections.Add(null!));
                return builder.ConfigureRegistry(static options => options.Aliases["production"] = new PromotionPolicy { RequiredTags = { null! } })
                    .ConfigureMetrics(static options => options.Sinks["Log"] = new MetricsSinkOptions { Include = { null! }, Exclude = { null! } });
            });

        Assert.That(run.Failures, Has.Exactly(4).Items.And.Some.StartsWith("MlOps:Registry:Aliases:production:RequiredTags has ''")
            .And.Some.StartsWith("MlOps:Tracking:CapturedSections contains")
            .And.Some.StartsWith("MlOps:Metrics:Sinks:Log:Include contains").And.Some.StartsWith("MlOps:Metrics:Sinks:Log:Exclude contains"));
    }

    private static Task<SettingsRun> StartAsync(params (string Key, string? Value)[] settings) => SettingsRun.StartAsync(Add, settings);

    private static MlOpsBuilder Add(MlOpsBuilder builder) => builder.AddModel<Row, Row>("iris", static model => model.Start = ModelStartMode.Lazy);

    private sealed class Row
    {
        public float Amount { get; set; }
    }
}

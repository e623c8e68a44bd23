using System.Text;
using Microsoft.Extensions.Configuration;
using MlOps.Monitoring.Drift;
using MlOps.Monitoring.Quality;

namespace MlOps.Monitoring.Alerts;

/// <summary>The configuration of alert rules and webhooks.</summary>
public sealed class AlertOptionsTests
{
    private const string Path = "MlOps:Models:churn:Monitoring:Alerts";

    [Test]
    public void The_defaults_are_valid() => Assert.That(AlertOptionsRules.FindFaults(Path, new AlertOptions()), Is.Empty);

    [Test]
    public void The_rules_are_bound_from_the_configuration()
    {
        var options = new AlertOptions();
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Drift:AtMost"] = "0.5",
            ["Features:age:RaiseAfter"] = "5",
            ["Quality:accuracy:AtLeast"] = "0.9",
            ["NoData:After"] = "1.00:00:00",
        }).Build().Bind(options);

        Assert.That(
            (options.Drift.AtMost, options.Features["Age"].RaiseAfter, options.Quality["accuracy"].AtLeast, options.NoData.After),
            Is.EqualTo(((double?)0.5, (int?)5, (double?)0.9, (TimeSpan?)TimeSpan.FromDays(1))));
        Assert.That(AlertOptionsRules.FindFaults(Path, options), Is.Empty);
    }

    [Test]
    public void The_configuration_of_the_guide_is_complete_and_valid()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (!File.Exists(System.IO.Path.Combine(folder!.FullName, "MlOps.Core.sln")))
        {
            folder = folder.Parent;
        }

        var guide = File.ReadAllText(System.IO.Path.Combine(folder.FullName, "src", "MlOps.Monitoring", "Alerts", "README.md"));
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(guide.Split("```json")[1].Split("```")[0]));
        var configuration = new ConfigurationBuilder().AddJsonStream(json).Build();
        var (rules, delivery) = (new AlertOptions(), new AlertDeliveryOptions());

        configuration.GetSection(Path).Bind(rules, static options => options.ErrorOnUnknownConfiguration = true);
        configuration.GetSection("MlOps:Monitoring").Bind(delivery, static options => options.ErrorOnUnknownConfiguration = true);

        Assert.That(configuration.GetSection(Path).GetChildren().Select(static child => child.Key), Is.EquivalentTo(
            typeof(AlertOptions).GetProperties().Select(static property => property.Name).Where(static name => name != nameof(AlertOptions.Enabled))));
        Assert.That(AlertOptionsRules.FindFaults(Path, rules), Is.Empty);
        Assert.That(new AlertDeliveryOptionsValidator().Validate(null, delivery).Succeeded);
    }

    [Test]
    public void Faults_name_the_path_the_value_and_the_valid_values()
    {
        var options = new AlertOptions
        {
            RaiseAfter = 0,
            CoolDown = TimeSpan.FromDays(-1),
            Drift = { AtMost = 30, AtLeast = 0.1 },
            Features = { ["age"] = new() { AtMost = double.NaN } },
            Quality = { ["f1"] = new(), ["auc"] = new() { AtLeast = 0.9, AtMost = 0.1 } },
            NoData = { After = TimeSpan.FromSeconds(1), RaiseAfter = 2 },
            NoOutcomes = { AtLeast = 0.5 },
        };

        Assert.That(AlertOptionsRules.FindFaults(Path, options), Is.EqualTo(
        [
            $"{Path}:RaiseAfter is 0. Set it to 1 to 100 windows.",
            $"{Path}:CoolDown is -1.00:00:00. Set it to 00:00:00 to 365.00:00:00.",
            $"{Path}:Drift:AtLeast is 0.1, but the rule does not use it. Remove it. The rule uses AtMost.",
            $"{Path}:Drift:AtMost is 30. Set it to a share from 0 to 1, or remove it to use the default.",
            $"{Path}:Features:age:AtMost is NaN. Set it to a finite number, or remove it to use the default.",
            $"{Path}:Quality:f1 has no bound. Set AtLeast for a metric whose higher values are better, or AtMost for one whose lower values are better.",
            $"{Path}:Quality:auc:AtLeast is 0.9, which is above AtMost, 0.1. Exchange the values, or remove one.",
            $"{Path}:NoData:After is 00:00:01. Set it to 00:01:00 to 365.00:00:00, or remove it.",
            $"{Path}:NoData has a number of windows, but the rule does not use windows. Remove RaiseAfter and ResolveAfter. The rule uses After.",
            $"{Path}:NoOutcomes:AtLeast is set, but the rule is not used without After. Set After to the time in which outcomes arrive, such as 7.00:00:00.",
        ]));
    }

    [Test]
    public void Unknown_features_and_metrics_are_reported_with_the_most_similar_name()
    {
        var options = new AlertOptions
        {
            Features = { ["agee"] = new(), ["Income"] = new(), ["score"] = new() },
            Quality = { ["acuracy"] = new() { AtLeast = 0.9 } },
        };
        var inputs = new DriftResult { Features = [Feature("age"), Feature("income")] };
        var outputs = new DriftResult { Features = [Feature("score")] };
        var quality = new QualityResult { Metrics = new Dictionary<string, QualityEstimate> { ["accuracy"] = new(0.9, 0.8, 1) } };

        var unknown = AlertOptionsRules.FindUnknownNames(Path, options, inputs, outputs, quality);

        Assert.That(unknown, Is.EqualTo(
        [
            $"{Path}:Features:agee is not a feature or output of the model. Did you mean 'age'? Known names are 'age', 'income', "
                + "'score'. Rename or remove the rule.",
            $"{Path}:Quality:acuracy is not a metric of the model. Did you mean 'accuracy'? Known names are 'accuracy'. Rename or remove the rule.",
        ]));
        Assert.That(AlertOptionsRules.FindUnknownNames(Path, options, null, null, null), Is.Empty);
    }

    [TestCase("https://hooks.example.com/x", null)]
    [TestCase("http://localhost:8080/x", null)]
    [TestCase("http://127.0.0.1/x", null)]
    [TestCase("http://hooks.example.com/x", "uses http, which sends the events unencrypted. Use https, or set AllowInsecure to true.")]
    [TestCase("https://user:secret@hooks.example.com/x", "contains a user name or a password. Remove them, and use Secret, which signs the requests.")]
    [TestCase("ftp://hooks.example.com/x", "has the scheme 'ftp'. Use https.")]
    [TestCase("hooks/x", "is not an absolute address. Set it to the https address of the receiver.")]
    [TestCase(null, "is missing. Set it to the https address of the receiver.")]
    public void The_address_of_a_webhook_is_validated(string? url, string? fault)
    {
        var options = new AlertDeliveryOptions { Webhooks = { ["pager"] = new() { Url = url is null ? null : new Uri(url, UriKind.RelativeOrAbsolute) } } };

        var result = new AlertDeliveryOptionsValidator().Validate(null, options);

        Assert.That(result.FailureMessage, Is.EqualTo(fault is null ? null : $"MlOps:Alerts:Webhooks:pager:Url {fault}"));
    }

    [Test]
    public void An_insecure_address_is_allowed_on_request()
    {
        var webhook = new WebhookOptions { Url = new Uri("http://hooks.example.com"), AllowInsecure = true };

        Assert.That(new AlertDeliveryOptionsValidator().Validate(null, new AlertDeliveryOptions { Webhooks = { ["pager"] = webhook } }).Succeeded);
    }

    [Test]
    public void A_short_secret_is_refused_and_not_repeated_and_a_misspelled_kind_is_named()
    {
        var webhook = new WebhookOptions
        {
            Url = new Uri("https://hooks.example.com"),
            Secret = "hunter2",
            Events = { "alertRaisd" },
            Timeout = TimeSpan.FromMinutes(5),
        };

        var faults = new AlertDeliveryOptionsValidator().Validate(null, new AlertDeliveryOptions { Webhooks = { ["a b"] = webhook } }).Failures!.ToArray();

        Assert.That(faults, Has.Length.EqualTo(4));
        Assert.That(string.Join('\n', faults), Does.Not.Contain("hunter2")
            .And.Contain("Events contains 'alertRaisd', which is not a kind of event. Did you mean 'alertRaised'? The kinds are registered, created,")
            .And.Contain("Timeout is 00:05:00. Set it to 00:00:01 to 00:00:20.")
            .And.Contain("has a name that is not valid. Use 1 to 50 of the characters A–Z a–z 0–9 _ -."));
    }

    private static FeatureDrift Feature(string name) => new() { Feature = name, Verdict = DriftVerdict.Stable };
}

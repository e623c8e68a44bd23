using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MlOps.Models;
using MlOps.Serving;
using MlOps.Storage;
using MlOps.Tests.Conformance.Registry;

namespace MlOps.Registry;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ModelCardTests : IDisposable
{
    private const string Hostile = "a | b\n| c |\r\n# title <script>alert(1)</script> [x](javascript:y) `code` **bold** \\| \u2028 ![i](z)";
    private readonly Registrations _registrations = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly InMemoryArtifactStore _store = new();
    private readonly ModelRegistry _registry;

    public ModelCardTests()
    {
        var policy =
            new PromotionPolicy { Metrics = { ["auc"] = new MetricBounds { AtLeast = 0.85, MaxDecrease = 0.02 } }, CompatibleSignature = true, Approvals = 1 };
        _registry = new ModelRegistry(_store, new RegistryOptions { Aliases = { ["production"] = policy }, Formats = { "on|nx" } }, _clock);
    }

    public void Dispose() => _registrations.Delete();

    [Test]
    public async Task The_card_of_a_candidate_matches_the_stored_card()
    {
        await RegisterThreeAndPromoteTwoAsync();

        var card = await _registry.RenderCardAsync("churn", "3");

        await AssertIsStoredAsync(card, "card-of-a-candidate.md");
    }

    [Test]
    public async Task The_card_of_the_deployed_version_matches_the_stored_card()
    {
        await RegisterThreeAndPromoteTwoAsync();

        var card = await _registry.RenderCardAsync("churn", "production");

        await AssertIsStoredAsync(card, "card-of-the-deployed.md");
    }

    [Test]
    public async Task A_card_does_not_depend_on_the_culture()
    {
        await RegisterThreeAndPromoteTwoAsync();
        var culture = CultureInfo.CurrentCulture;
        var card = await _registry.RenderCardAsync("churn", "3");
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("ar-SA");

            Assert.That(await _registry.RenderCardAsync("churn", "3"), Is.EqualTo(card));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Test]
    public async Task Untrusted_text_is_escaped()
    {
        await _registry.RegisterAsync("a`|\"model", new ModelRegistration
        {
            Format = "on|nx",
            Files = [_registrations.File],
            Actor = "eve | mallory",
            Description = Hostile,
            IntendedUse = Hostile,
            Tags = new Dictionary<string, string> { ["tag | key"] = Hostile },
            Parameters = new Dictionary<string, string> { ["p"] = Hostile },
            Metrics = new Dictionary<string, double> { ["m|m"] = 1 },
            Signature = new ModelSignature { Inputs = [new ModelFeature { Name = "x|y", Type = FeatureType.String, Categories = [Hostile] }], Outputs = [] },
            Lineage = new ModelLineage { RunId = Hostile, GitCommit = Hostile, Source = Hostile },
        });
        await _registry.ApproveAsync("a`|\"model", 1, "eve", Hostile);
        await _registry.SetAliasAsync("a`|\"model", "staging", 1, reason: Hostile);

        var card = await _registry.RenderCardAsync("a`|\"model", "1");

        Assert.That(card, Does.Not.Contain("<script>").And.Not.Contain("[x](").And.Not.Contain("**bold**").And.Not.Contain("\n# title").And.Not.Contain("\r"));
        Assert.That(card, Does.Contain("registry.SetAliasAsync(\"a`|\\\"model\", \"production\", 1, expectedVersion: 0"));
        Assert.That(JsonNode.Parse(GetBlock(card, "json"))!["MlOps"]!["Models"]!.AsObject().Single().Key, Is.EqualTo("a`|\"model"));
        AssertTablesAreWhole(card);
    }

    [Test]
    public async Task The_registration_of_a_card_compiles_and_its_settings_are_valid()
    {
        await RegisterThreeAndPromoteTwoAsync();
        var card = await _registry.RenderCardAsync("churn", "3");
        using var json = new MemoryStream(Encoding.UTF8.GetBytes(GetBlock(card, "json")));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddJsonStream(json).AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["MlOps:Storage:Provider"] = "Memory",
            ["MlOps:Models:churn:Start"] = "Lazy",
        });
        var (services, configuration) = (builder.Services, builder.Configuration);

        var code = Run(() => services.AddMlOps(configuration).AddModel<Input, Output>("churn"));
        services.AddMlOps(configuration).AddModelLoader<LineLoader>();
        using var host = builder.Build();
        await host.StartAsync(); // validates the settings
        await host.StopAsync();

        Assert.That(card, Does.Contain($"```csharp\n{code};\n```"));
        Assert.That(host.Services.GetRequiredService<IOptionsMonitor<ServedModelOptions>>().Get("churn").Alias, Is.EqualTo("production"));
        Assert.That(host.Services.GetRequiredKeyedService<IModel<Input, Output>>("churn"), Is.Not.Null);
    }

    [Test]
    public async Task A_version_with_little_data_has_a_card()
    {
        await _registry.RegisterAsync("bare", new ModelRegistration { Format = "onnx", Files = [_registrations.File], Actor = "ada" });

        var card = await _registry.RenderCardAsync("bare", "1");

        Assert.That(card, Does.Contain("There is no description.").And.Contain("No alias was set.").And.Contain("There are no approvals."));
        Assert.That(card, Does.Contain("RemoveAliasAsync(\"bare\", \"production\", expectedVersion: 1"));
        AssertTablesAreWhole(card);
    }

    [Test]
    public async Task A_card_of_a_version_of_another_model_is_refused()
    {
        await _registry.RegisterAsync("one", _registrations.Plain());
        var other = await _registry.OpenAsync(await _registry.RegisterAsync("other", _registrations.Plain()));
        var one = (await _registry.FindAsync("one"))!;

        Assert.That(Assert.Throws<ArgumentException>(() => ModelCard.Render(one, other, []))!.Message, Does.Contain("'one' has no version 1 of 'other'"));
    }

    private async Task RegisterThreeAndPromoteTwoAsync()
    {
        await _registry.CreateAsync("churn", "Customers who will leave.", actor: "ada");
        await _registrations.AddDatasetAsync(_store);
        await RegisterAsync(_registrations.Complete(auc: 0.88));
        await RegisterAsync(_registrations.Complete(auc: 0.91));
        await RegisterAsync(_registrations.Complete(auc: 0.86));
        await _registry.ApproveAsync("churn", 1, "grace", "fine | for a start");
        await _registry.SetAliasAsync("churn", "production", 1, reason: "launch", actor: "linus");
        _clock.Advance(TimeSpan.FromDays(1));
        await _registry.SetAliasAsync("churn", "production", 2, reason: "outage", actor: "linus", force: true);
    }

    private async Task RegisterAsync(ModelRegistration registration)
    {
        await _registry.RegisterAsync("churn", registration);
        _clock.Advance(TimeSpan.FromHours(1));
    }

    /// <summary>Runs an action and returns its source code.</summary>
    private static string Run(Action action, [CallerArgumentExpression(nameof(action))] string code = "")
    {
        action();
        return code["() => ".Length..];
    }

    private static string GetBlock(string card, string language)
    {
        var start = card.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return card[start..card.IndexOf("\n```", start, StringComparison.Ordinal)];
    }

    /// <summary>Checks that each row of a table has as many cells as its header.</summary>
    private static void AssertTablesAreWhole(string card)
    {
        var cells = 0;
        foreach (var line in card.Split('\n'))
        {
            var count = line.StartsWith('|')
                ? line.Replace("\\\\", "", StringComparison.Ordinal).Replace("\\|", "", StringComparison.Ordinal).Count(static character => character == '|')
                : 0;
            Assert.That(count == 0 || cells == 0 || count == cells, Is.True, line);
            cells = count;
        }
    }

    private static async Task AssertIsStoredAsync(string card, string name)
    {
        var stored = await File.ReadAllTextAsync(Path.Combine(TestContext.CurrentContext.TestDirectory, "Registry", "Cards", name));
        await File.WriteAllTextAsync(Path.Combine(TestContext.CurrentContext.WorkDirectory, name), card);

        Assert.That(card, Is.EqualTo(stored));
    }

    private sealed class Input
    {
        public float Age { get; set; }
    }

    private sealed class Output
    {
        public float Score { get; set; }
    }
}

using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using MlOps.Models;
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
        var policy = new PromotionPolicy { Metrics = { ["auc"] = new MetricGate { AtLeast = 0.85, MaxDecrease = 0.02 } }, CompatibleSignature = true, Approvals = 1 };
        _registry = new ModelRegistry(_store, new RegistryOptions { Aliases = { ["production"] = policy }, Formats = { "on|nx" } }, _clock);
    }

    public void Dispose() => _registrations.Delete();

    [Test]
    public async Task A_card_is_what_it_was_agreed_to_be()
    {
        await RegisterThreeAndPromoteTwoAsync();

        var card = await _registry.RenderCardAsync("churn", "3");

        await AssertIsStoredAsync(card, "card-of-a-candidate.md");
    }

    [Test]
    public async Task The_card_of_the_deployed_version_says_how_to_go_back()
    {
        await RegisterThreeAndPromoteTwoAsync();

        var card = await _registry.RenderCardAsync("churn", "production");

        await AssertIsStoredAsync(card, "card-of-the-deployed.md");
    }

    [Test]
    public async Task A_card_is_the_same_in_every_culture_and_every_time()
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
    public async Task What_strangers_write_is_shown_and_never_obeyed()
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
        AssertTablesAreWhole(card);
    }

    [Test]
    public async Task A_version_of_which_little_is_known_has_a_card_too()
    {
        await _registry.RegisterAsync("bare", new ModelRegistration { Format = "onnx", Files = [_registrations.File], Actor = "ada" });

        var card = await _registry.RenderCardAsync("bare", "1");

        Assert.That(card, Does.Contain("There is no description.").And.Contain("No alias was ever set.").And.Contain("Nobody has approved it."));
        Assert.That(card, Does.Contain("RemoveAliasAsync(\"bare\", \"production\", expectedVersion: 1"));
        AssertTablesAreWhole(card);
    }

    [Test]
    public async Task A_card_of_another_models_version_is_refused()
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

    /// <summary>In every table each row has as many cells as the head.</summary>
    private static void AssertTablesAreWhole(string card)
    {
        var cells = 0;
        foreach (var line in card.Split('\n'))
        {
            var count = line.StartsWith('|') ? line.Replace("\\\\", "", StringComparison.Ordinal).Replace("\\|", "", StringComparison.Ordinal).Count(static character => character == '|') : 0;
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
}

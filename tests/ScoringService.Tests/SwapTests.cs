using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Registry;

namespace ScoringService;

public sealed class SwapTests : ScoringFixture
{
    /// <summary>The interval is 0.2 s; the rest is reserve for a busy machine.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(20);

    [Test]
    public async Task Moving_an_alias_forth_and_back_swaps_the_version_during_requests()
    {
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 4).Select(_ => Task.Run(() => RequestUntilAsync(stop.Token))).ToArray();

        await MoveAliasAsync(2);
        await WaitForVersionAsync(2);
        await MoveAliasAsync(1);
        await WaitForVersionAsync(1);
        await stop.CancelAsync();
        var answers = await Task.WhenAll(clients);

        foreach (var (version, probability) in answers.SelectMany(static answer => answer))
        {
            Assert.That(probability, Is.EqualTo(version == 1 ? TestRows.Malignant[0] : TestRows.FirstByCandidate).Within(TestRows.Tolerance));
        }

        foreach (var client in answers)
        {
            var versions = client.Select(static answer => answer.Version).ToArray();
            Assert.That(
                versions.Where((version, index) => index == 0 || version != versions[index - 1]),
                Is.EqualTo([1, 2, 1]),
                "No version answers after it was replaced.");
        }
    }

    [Test]
    public async Task A_broken_version_leaves_the_previous_one_in_place_and_the_service_degraded_until_a_rollback()
    {
        Assert.That((string)(await GetAsync("/health/ready"))["status"]!, Is.EqualTo("Healthy"));
        var broken = await PromoteGarbageAsync();

        var ready = await WaitForReadinessAsync("Degraded");
        var answer = await PostAsync("/predict", TestRows.Create(0));
        var model = (await GetAsync("/models"))[0]!;
        var reload = await PostAsync($"{ModelPath}/reload", new JsonObject(), HttpStatusCode.BadGateway);

        var finding = (string)ready["checks"]!.AsArray().Single(static check => (string)check!["name"]! == "mlops-models")!["description"]!;
        Assert.That(finding, Does.Contain("continues to serve version 1").And.Contain($"version {broken} of the model 'breast-cancer'"));
        Assert.That((int)answer["model_version"]!, Is.EqualTo(1));
        Assert.That(
            model["versions"]!.AsArray().Select(static version => $"{version!["number"]} {version["state"]}"), Is.EqualTo(["1 ready", $"{broken} failed"]));
        Assert.That((string)reload["detail"]!, Does.Contain("cannot be loaded"));

        await PostAsync($"{ModelPath}/aliases/production/rollback", new JsonObject());
        await WaitForReadinessAsync("Healthy");
    }

    [Test]
    public async Task A_rollback_to_a_broken_version_responds_with_the_reason_and_keeps_the_previous_version()
    {
        var broken = await PromoteGarbageAsync();
        await using var services = CreateServices();
        await services.GetRequiredService<IModelRegistry>().SetAliasAsync("breast-cancer", "production", 2);

        var problem = await PostAsync($"{ModelPath}/aliases/production/rollback", new JsonObject(), HttpStatusCode.BadGateway);

        Assert.That((string)problem["detail"]!, Does.Contain($"version {broken} of the model 'breast-cancer'"));
        var answering = (int)(await PostAsync("/predict", TestRows.Create(0)))["model_version"]!;
        Assert.That(answering, Is.Not.EqualTo(broken));
        await PostAsync($"{ModelPath}/aliases/production/rollback", new JsonObject());
        Assert.That((int)(await PostAsync("/predict", TestRows.Create(0)))["model_version"]!, Is.EqualTo(1));
    }

    [Test]
    public async Task A_version_that_does_not_pass_the_gates_is_refused_by_the_alias()
    {
        await using var services = CreateServices();
        var worse = await services.GetRequiredService<IModelRegistry>().RegisterAsync("breast-cancer", CreateGarbage());

        var problem = await PostAsync($"{ModelPath}/aliases/production", new JsonObject { ["version"] = worse.Number }, HttpStatusCode.Conflict);

        Assert.That((string)problem["detail"]!, Does.Contain("auc"));
    }

    private async Task<List<(int Version, double Probability)>> RequestUntilAsync(CancellationToken stop)
    {
        var answers = new List<(int, double)>();
        while (!stop.IsCancellationRequested)
        {
            var answer = await PostAsync("/predict", TestRows.Create(0));
            answers.Add(((int)answer["model_version"]!, (double)answer["malignant_probability"]!));
        }

        return answers;
    }

    private Task<JsonNode> MoveAliasAsync(int version) =>
        PostAsync($"{ModelPath}/aliases/production", new JsonObject { ["version"] = version, ["reason"] = "To see it move." });

    private async Task WaitForVersionAsync(int version)
    {
        var watch = Stopwatch.StartNew();
        while ((int)(await PostAsync("/predict", TestRows.Create(0)))["model_version"]! != version)
        {
            Assert.That(watch.Elapsed, Is.LessThan(s_longest), $"version {version} is not served");
        }
    }

    private async Task<JsonNode> WaitForReadinessAsync(string status)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            var ready = await GetAsync("/health/ready");
            if ((string)ready["status"]! == status)
            {
                return ready;
            }

            Assert.That(watch.Elapsed, Is.LessThan(s_longest), ready.ToJsonString());
        }
    }

    private async Task<int> PromoteGarbageAsync()
    {
        await using var services = CreateServices();
        var registry = services.GetRequiredService<IModelRegistry>();
        var version = await registry.RegisterAsync("breast-cancer", CreateGarbage());
        await registry.SetAliasAsync("breast-cancer", "production", version.Number);
        return version.Number;
    }

    private ModelRegistration CreateGarbage()
    {
        var file = Path.Combine(Folder.Path, "model.onnx");
        File.WriteAllText(file, "The upload of this model broke off here");
        return new ModelRegistration { Format = "onnx", Files = [file] };
    }

    /// <summary>Creates the services of another process with the same store and without gates.</summary>
    private ServiceProvider CreateServices()
    {
        var settings = new Dictionary<string, string?> { ["MlOps:Storage:LocalDisk:Root"] = Path.Combine(Folder.Path, "mlops-data") };
        return new ServiceCollection().AddMlOps(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).Services.BuildServiceProvider();
    }
}

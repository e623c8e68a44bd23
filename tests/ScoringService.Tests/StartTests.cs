using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ScoringService;

public sealed class StartTests
{
    private const string NoVersion = "MlOps:Models:breast-cancer:Alias=next";

    [Test]
    public async Task An_optional_model_without_a_version_is_not_ready_until_it_has_one()
    {
        using var folder = new TemporaryFolder();
        await using var service = await ServiceProcess.StartAsync(
            folder.Path, NoVersion, "MlOps:Models:breast-cancer:Start=Optional", "MlOps:Models:breast-cancer:PollInterval=00:00:00.2");

        using var live = await service.Client.GetAsync("/health/live");
        using var ready = await service.Client.GetAsync("/health/ready");
        using var predicted = await service.Client.PostAsJsonAsync("/predict", TestRows.Create(0));
        using var moved = await service.Client.PostAsJsonAsync("/models/breast-cancer/aliases/next", new JsonObject { ["version"] = 2 });

        Assert.That(live.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(ready.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(await ready.Content.ReadAsStringAsync(), Does.Contain("Unhealthy").And.Contain("'breast-cancer' cannot predict"));
        Assert.That(predicted.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await WaitUntilReadyAsync(service.Client);
        using var answered = await service.Client.PostAsJsonAsync("/predict", TestRows.Create(0));
        Assert.That((int)JsonNode.Parse(await answered.Content.ReadAsStringAsync())!["model_version"]!, Is.EqualTo(2));
    }

    [Test]
    public async Task A_required_model_without_a_version_stops_the_start_with_the_reason()
    {
        using var folder = new TemporaryFolder();

        var (exitCode, log) = await ServiceProcess.RunToEndAsync(folder.Path, NoVersion);

        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(log, Does.Contain("The model 'breast-cancer' has no 'next'").And.Contain("MlOps:Models:breast-cancer:Start"));
    }

    [Test]
    public async Task A_second_start_registers_nothing_and_serves_the_version_of_the_alias()
    {
        using var folder = new TemporaryFolder();
        await using (var first = await ServiceProcess.StartAsync(folder.Path))
        {
            using var moved = await first.Client.PostAsJsonAsync("/models/breast-cancer/aliases/production", new JsonObject { ["version"] = 2 });
            Assert.That(moved.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        }

        await using var second = await ServiceProcess.StartAsync(folder.Path);

        using var answered = await second.Client.PostAsJsonAsync("/predict", TestRows.Create(0));
        Assert.That((int)JsonNode.Parse(await answered.Content.ReadAsStringAsync())!["model_version"]!, Is.EqualTo(2));
        Assert.That(second.Log, Does.Not.Contain("Registered version"));
    }

    private static async Task WaitUntilReadyAsync(HttpClient client)
    {
        for (var watch = Stopwatch.StartNew(); ;)
        {
            using var ready = await client.GetAsync("/health/ready");
            if (ready.IsSuccessStatusCode)
            {
                return;
            }

            Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(20)), await ready.Content.ReadAsStringAsync());
        }
    }
}

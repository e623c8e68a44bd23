using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ScoringService;

/// <summary>A fixture whose tests share one started service.</summary>
public abstract class ScoringFixture
{
    private protected const string ModelPath = "/models/breast-cancer";
    private ServiceProcess _service = null!;

    private protected TemporaryFolder Folder { get; private set; } = null!;

    private protected HttpClient Client => _service.Client;

    [OneTimeSetUp]
    public async Task StartService()
    {
        Folder = new TemporaryFolder();
        _service = await ServiceProcess.StartAsync(Folder.Path, "MlOps:Models:breast-cancer:PollInterval=00:00:00.2");
    }

    [OneTimeTearDown]
    public async Task StopService()
    {
        if (_service is not null)
        {
            await _service.DisposeAsync();
        }

        Folder.Dispose();
    }

    private protected async Task<JsonNode> PostAsync(string path, JsonNode body, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Client.PostAsJsonAsync(path, body);
        return await ReadAsync(response, expected);
    }

    private protected async Task<JsonNode> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Client.GetAsync(path);
        return await ReadAsync(response, expected);
    }

    private protected static async Task<JsonNode> ReadAsync(HttpResponseMessage response, HttpStatusCode expected)
    {
        var content = await response.Content.ReadAsStringAsync();
        Assert.That(response.StatusCode, Is.EqualTo(expected), content);
        if (!response.IsSuccessStatusCode && response.RequestMessage!.RequestUri!.AbsolutePath != "/health/ready")
        {
            Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/problem+json"), content);
        }

        return JsonNode.Parse(content)!;
    }
}

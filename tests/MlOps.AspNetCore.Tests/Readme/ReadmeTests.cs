using System.Net.Http.Json;
using System.Text.RegularExpressions;
using MlOps.Registry;
using MlOps.Serving;

namespace MlOps.Readme;

/// <summary>Compares the examples in the README with compiled code.</summary>
public sealed partial class ReadmeTests
{
    private static string Readme { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Readme", "README.md"));

    [Test]
    public void The_program_is_in_the_readme()
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Readme", "SmallestProgram.cs"));
        var body = lines.SkipWhile(static line => !line.Contains("CreateBuilder", StringComparison.Ordinal))
            .TakeWhile(static line => !line.Contains("return app", StringComparison.Ordinal))
            .Select(static line => line.Length == 0 ? line : line[8..]);

        Assert.That(Readme, Does.Contain(string.Join('\n', body)));
    }

    [Test]
    public async Task The_responses_of_a_served_model_are_in_the_readme()
    {
        var folder = Directory.CreateTempSubdirectory("mlops-web-");
        try
        {
            var cache = $"--MlOps:Serving:CacheFolder={folder.FullName}";
            await using var host = await WebHost.StartAsync(SmallestProgram.Build(
                ["--MlOps:Storage:Provider=Memory", "--MlOps:Models:iris:Start=Optional", cache, "--Logging:LogLevel:Default=None"]));

            var before = await PostAsync(host, new Flower([5.9f, 3, 4.2f, 1.5f]));
            await host.Get<IModelRegistry>().RegisterAsync(
                "iris", new ModelRegistration { Format = "onnx", Files = [Path.Combine(AppContext.BaseDirectory, "models", "iris_logreg.onnx")] });
            await host.Get<IModelRegistry>().SetAliasAsync("iris", "production", 1);
            await host.Get<IModel<Flower, Species>>().ReloadAsync();
            var answer = await PostAsync(host, new Flower([5.9f, 3, 4.2f, 1.5f]));
            var refused = await PostAsync(host, new Flower([5.9f, 3, 4.2f]));

            Assert.That(answer, Does.EndWith("\n\n1"));
            Assert.That(Readme, Does.Contain(before));
            Assert.That(Readme, Does.Contain(refused));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> PostAsync(WebHost host, Flower flower)
    {
        using var response = await host.Client.PostAsJsonAsync("/predict", flower);
        var retryAfter = response.Headers.RetryAfter is { } header ? $"Retry-After: {header}\n" : "";
        var body = await response.Content.ReadAsStringAsync();
        return $"HTTP/1.1 {(int)response.StatusCode} {response.ReasonPhrase}\n{retryAfter}\n{TraceId().Replace(body, "")}";
    }

    [GeneratedRegex(@",""traceId"":""[^""]*""")]
    private static partial Regex TraceId();
}

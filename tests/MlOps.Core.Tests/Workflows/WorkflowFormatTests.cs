using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using MlOps.Storage;
using MlOps.Tracking;

namespace MlOps.Workflows;

/// <summary>Compares <c>FORMAT.md</c> with the stored documents of steps.</summary>
public sealed partial class WorkflowFormatTests : WorkflowFixture
{
    private static Task<string> Page => File.ReadAllTextAsync(Path.Combine(TestContext.CurrentContext.TestDirectory, "FORMAT.md"));

    [Test]
    public async Task A_step_can_be_read_as_plain_JSON()
    {
        var (result, run, _) = await RunAsync([Step("train", setting: "10")]);
        var path = (await ListAsync($"experiments/{Experiment}/steps")).Single();

        var completed = (await ReadAsync(path)).GetProperty("event");
        var outputs = (await ReadAsync(BlobOf(completed.GetProperty("manifest").GetString()!))).GetProperty("outputs");

        Assert.That(path, Is.EqualTo($"experiments/{Experiment}/steps/{result["train"].Key!.ToDigest()}/log/00000000000000000001.json"));
        Assert.That((completed.GetProperty("kind").GetString(), completed.GetProperty("runId").GetString()), Is.EqualTo(("completed", run.Id)));
        var file = outputs.GetProperty("files").EnumerateArray().Single();
        Assert.That(file.GetProperty("path").GetString(), Is.EqualTo("below/out.txt"));
        Assert.That(await Store.ReadTextAsync(ArtifactPath.Parse(BlobOf(file.GetProperty("sha256").GetString()!))), Is.EqualTo("train(10)"));
        Assert.That(outputs.GetProperty("metrics").GetProperty("train/size").GetDouble(), Is.EqualTo(2));
    }

    [TestCase(typeof(StepEvent))]
    [TestCase(typeof(StepKey))]
    [TestCase(typeof(StepOutputs))]
    [TestCase(typeof(RunEnvironment))]
    [TestCase(typeof(GitState))]
    public async Task Every_property_is_described(Type type)
    {
        var page = await Page;

        var names = type.GetProperties()
            .Where(static property => property.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always })
            .Select(static property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));

        Assert.That(names.Where(name => !page.Contains($"`{name}`", StringComparison.Ordinal)), Is.Empty);
    }

    private static string BlobOf(string digest)
    {
        Assert.That(Digest().IsMatch(digest));
        return $"blobs/sha256/{digest[..2]}/{digest}";
    }

    private async Task<JsonElement> ReadAsync(string path)
    {
        using var document = JsonDocument.Parse(await Store.ReadTextAsync(ArtifactPath.Parse(path)));
        Assert.That(document.RootElement.GetProperty("format").GetInt32(), Is.EqualTo(1));
        return document.RootElement.Clone();
    }

    [GeneratedRegex("^[0-9a-f]{64}$")]
    private static partial Regex Digest();
}

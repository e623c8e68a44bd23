using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using MlOps.Registry;
using MlOps.Storage;

namespace MlOps.Guides;

/// <summary>Runs the shell commands of <c>FORMAT.md</c> on the artifacts of a store.</summary>
[Platform(Exclude = "Win", Reason = "The commands are for a POSIX shell.")]
public sealed class FormatCommandsTests
{
    private string _folder = "";

    [SetUp]
    public async Task DownloadStoreAsync()
    {
        _folder = Directory.CreateTempSubdirectory("mlops-format-").FullName;
        var model = Path.Combine(_folder, "model.onnx");
        await using var services = new ServiceCollection()
            .AddMlOps(static options => options.Storage.Provider = InMemoryArtifactStore.DefaultKey)
            .Services.BuildServiceProvider();
        var registry = services.GetRequiredService<IModelRegistry>();
        for (var number = 1; number <= 3; number++)
        {
            await File.WriteAllTextAsync(model, $"weights {number}");
            await registry.RegisterAsync("churn", new ModelRegistration { Format = "onnx", Files = [model] });
        }

        await registry.SetAliasAsync("churn", "production", 2);
        var store = services.GetRequiredService<IArtifactStore>();
        await foreach (var entry in store.ListAsync())
        {
            var file = Path.Combine([_folder, "bucket", .. entry.Path.ToString().Split('/')]);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await store.DownloadFileAsync(entry.Path, file);
        }
    }

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task The_commands_read_a_model() =>
        Assert.That(await RunAsync("cd bucket"), Does.Contain("[\"production\",2]").And.Contain(": OK").And.Not.Contain("FAILED"));

    [Test]
    public async Task The_commands_verify_a_log()
    {
        Assert.That(await RunAsync("before=null", "bucket"), Is.Empty);

        var second = Path.Combine(_folder, "bucket", "models", "churn", "log", $"{2:d20}.json");
        await File.AppendAllTextAsync(second, "\n");

        Assert.That(await RunAsync("before=null", "bucket"), Does.StartWith($"{3:d20}.json does not follow the one before"));
    }

    /// <summary>Runs the block that contains a text.</summary>
    private async Task<string> RunAsync(string part, string folder = "")
    {
        if (!Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(static path => File.Exists(Path.Combine(path, "jq"))))
        {
            Assert.Ignore("The commands need jq. Install it by: apt-get install jq");
        }

        var commands = Documentation.Blocks("bash").Select(static block => (string)block.Arguments[0]!)
            .Single(code => code.Contains(part, StringComparison.Ordinal));
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", commands])
        {
            WorkingDirectory = Path.Combine(_folder, folder),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = shell.StandardError.ReadToEndAsync();
        return await shell.StandardOutput.ReadToEndAsync() + await error;
    }
}

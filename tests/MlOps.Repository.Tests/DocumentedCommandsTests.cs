namespace MlOps;

/// <summary>Compares the shell commands of the documentation with a list that states for each command where it runs.</summary>
public sealed class DocumentedCommandsTests
{
    private const string Ci = "Runs in .ci/run.";
    private const string Manual = "Runs by hand only: it is a part of a command in .ci/run, or takes too long.";

    private const string Settings = "Runs by hand only: it changes the settings of the user or another project. tests/consumer/run.sh references the packages.";

    private static readonly Dictionary<string, string> s_commands = new()
    {
        ["dotnet build"] = Ci,
        ["dotnet test"] = Ci,
        ["dotnet test --project tests/MlOps.Core.Tests --filter \"FullyQualifiedName~Tracking\""] = Manual,
        ["dotnet run --project samples/Quickstart"] = Ci,
        ["dotnet run --project samples/Quickstart -- --L2 10"] = Ci,
        ["dotnet run --project samples/Quickstart -- --environment S3"] = Ci,
        ["dotnet run --project samples/Quickstart -- --environment Azure"] = Ci,
        ["dotnet run --project samples/Quickstart -- --MigrateTo Archive"] = Ci,
        ["bash tests/servers/moto.sh install && bash tests/servers/moto.sh start"] = Ci,
        ["bash tests/servers/azurite.sh install && bash tests/servers/azurite.sh start"] = Ci,
        ["dotnet run --project samples/ScoringService"] = "Runs in the fixtures of ScoringService.Tests.",
        ["dotnet pack -o packages"] = Manual,
        ["dotnet nuget add source \"$PWD/packages\""] = Settings,
        ["dotnet add package MlOps.Core"] = Settings,
        ["dotnet add package MlOps.Storage.S3"] = Settings,
        ["dotnet add package MlOps.Storage.AzureBlob"] = Settings,
        ["dotnet add package Microsoft.Extensions.Hosting"] = Settings,
        ["dotnet run -c Release --project benchmarks/MlOps.Benchmarks -- storage"] = Manual,
        ["dotnet run --project benchmarks/MlOps.Benchmarks -c Release -- drift FILE"] = Manual,
    };

    private static IEnumerable<string> Commands => Documentation.Blocks("sh")
        .SelectMany(static block => ((string)block.Arguments[0]!).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        .Where(static line => !line.StartsWith("curl ", StringComparison.Ordinal)); // ReadmeStepsTests runs these

    [Test]
    public void Every_command_is_in_the_list_and_the_list_has_no_other() => Assert.That(Commands.Distinct(), Is.EquivalentTo(s_commands.Keys));

    [Test]
    public void Every_sample_and_every_file_of_a_command_exists() => Assert.That(
        s_commands.Keys.SelectMany(static command => command.Split(' ')).Where(static word => word.Contains('/') && !word.Contains('~') && !word.Contains('$'))
            .Where(static path => !Path.Exists(Path.Combine(Repository.Root, path))),
        Is.Empty);
}

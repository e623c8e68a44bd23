using System.Text.RegularExpressions;

namespace MlOps;

/// <summary>Compares the log messages of all projects.</summary>
public sealed partial class LoggingTests
{
    [Test]
    public void Event_ids_are_unique()
    {
        var repeated = Repository.SourceFiles("src")
            .SelectMany(static file => EventId().Matches(File.ReadAllText(file)).Select(match => (Id: match.Groups[1].Value, File: Path.GetFileName(file))))
            .GroupBy(static message => message.Id, static message => message.File)
            .Where(static files => files.Count() > 1)
            .Select(static files => $"{files.Key}: {string.Join(", ", files)}");

        Assert.That(repeated, Is.Empty);
    }

    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:EventId\s*=\s*)?(\d+)")]
    private static partial Regex EventId();
}

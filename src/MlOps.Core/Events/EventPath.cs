using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MlOps.Storage;

namespace MlOps.Events;

/// <summary>Formats and parses the paths of events.</summary>
internal static class EventPath
{
    private const string LogFolder = "/log/";
    private const string Extension = ".json";
    private const int SequenceDigits = 20;

    /// <summary>Gets the path of an event.</summary>
    /// <param name="folder">The folder of the log, such as <c>models/churn</c>.</param>
    /// <param name="sequence">The sequence number of the event.</param>
    public static ArtifactPath Of(ArtifactPath folder, long sequence) => folder.Append(string.Create(CultureInfo.InvariantCulture, $"log/{sequence:D20}.json"));

    /// <summary>Gets the record kind of a log: <c>models</c> for <c>models/churn</c>, <c>runs</c> for <c>experiments/churn/runs/…</c>.</summary>
    public static string KindOf(ArtifactPath folder) => folder.ToString().Split('/') is [.., var kind, _] ? kind : folder.ToString();

    /// <summary>Parses a path of the form <c>&lt;folder&gt;/log/&lt;20 digits&gt;.json</c>, with any folder.</summary>
    public static bool TryParse(ArtifactPath path, [NotNullWhen(true)] out ArtifactPath? folder, out long sequence)
    {
        (folder, sequence) = (null, 0);
        var text = path.ToString();
        var end = text.Length - LogFolder.Length - SequenceDigits - Extension.Length;
        if (end <= 0
            || string.CompareOrdinal(text, end, LogFolder, 0, LogFolder.Length) != 0
            || !text.EndsWith(Extension, StringComparison.Ordinal)
            || !long.TryParse(text.AsSpan(end + LogFolder.Length, SequenceDigits), NumberStyles.None, CultureInfo.InvariantCulture, out sequence)
            || sequence == 0)
        {
            return false;
        }

        folder = ArtifactPath.Parse(text[..end]);
        return true;
    }
}

using System.Globalization;
using MlOps.Storage;

namespace MlOps.Events;

/// <summary>Where the events of a log are.</summary>
internal static class EventPath
{
    /// <summary>Gets where an event is.</summary>
    /// <param name="folder">The folder of the log, such as <c>models/churn</c>.</param>
    /// <param name="sequence">The event's number.</param>
    public static ArtifactPath Of(ArtifactPath folder, long sequence) => folder.Append(string.Create(CultureInfo.InvariantCulture, $"log/{sequence:D20}.json"));
}

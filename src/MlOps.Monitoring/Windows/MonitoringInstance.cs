using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace MlOps.Monitoring.Windows;

/// <summary>Identifies this process among all instances that serve a model.</summary>
/// <remarks>Immutable and thread-safe. Two starts of the same service on the same machine have different identifiers.</remarks>
internal sealed class MonitoringInstance
{
    private const int RandomBytes = 8;

    /// <summary>Initializes a new instance of the <see cref="MonitoringInstance"/> class.</summary>
    /// <param name="timeProvider">The clock.</param>
    public MonitoringInstance(TimeProvider timeProvider)
    {
        Started = timeProvider.GetUtcNow();
        var random = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes));
        Id = $"{ToSafeText(Machine)}-{ProcessId.ToString(CultureInfo.InvariantCulture)}-{random}";
    }

    /// <summary>Gets the identifier: machine, process and 64 random bits. It is usable in a path of an artifact store.</summary>
    public string Id { get; }

    /// <summary>Gets the name of the machine.</summary>
    public string Machine { get; } = Environment.MachineName;

    /// <summary>Gets the identifier of the process.</summary>
    public int ProcessId { get; } = Environment.ProcessId;

    /// <summary>Gets the time of the start.</summary>
    public DateTimeOffset Started { get; }

    private static string ToSafeText(string machine)
    {
        const int maximum = 40;
        var text = new StringBuilder();
        foreach (var character in machine.Take(maximum))
        {
            text.Append(char.IsAsciiLetterOrDigit(character) ? char.ToLowerInvariant(character) : '-');
        }

        return text.Length == 0 ? "machine" : text.ToString();
    }
}

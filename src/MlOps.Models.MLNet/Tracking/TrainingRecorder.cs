using System.Text;
using System.Text.RegularExpressions;

namespace MlOps.Tracking;

/// <summary>Records the steps of trainers as metrics of a run.</summary>
internal sealed partial class TrainingRecorder(IRun run, IProgress<TrainingProgress>? progress, string prefix)
{
    private readonly Dictionary<int, int> _numbers = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> _lastSteps = [];

    /// <summary>Records an entry. Entries without a step, and entries about reading data, are ignored.</summary>
    public void Add(ProgressEntry entry)
    {
        if (entry.Unit is null or "examples" || entry.Step is not { } step)
        {
            return;
        }

        var phase = Repeated().Replace(entry.Phase, "").Trim();
        var suffix = NumberOf(entry.Index, phase) is var number and > 1 ? $"_{number}" : "";
        var metrics = new Dictionary<string, double>(StringComparer.Ordinal);
        if (entry.IsMeasured)
        {
            foreach (var (name, value) in entry.Metrics)
            {
                metrics[prefix + NameOf(name) + suffix] = value;
                run.LogMetric(prefix + NameOf(name) + suffix, value, step);
            }
        }

        if (metrics.Count > 0 || !_lastSteps.TryGetValue(entry.Index, out var lastStep) || lastStep != step)
        {
            _lastSteps[entry.Index] = step;
            progress?.Report(new TrainingProgress(phase, step, entry.Total, metrics));
        }
    }

    /// <summary>Reports an iteration without metrics.</summary>
    public void AddIteration(long iteration) => progress?.Report(new TrainingProgress("training", iteration, null, new Dictionary<string, double>()));

    /// <summary>Gets the number of the channel among the channels of the same phase.</summary>
    private int NumberOf(int index, string phase)
    {
        if (!_numbers.TryGetValue(index, out var number))
        {
            number = _counts.GetValueOrDefault(phase) + 1;
            _numbers[index] = _counts[phase] = number;
        }

        return number;
    }

    /// <summary>Converts a name such as <c>Duality Gap</c> to <c>duality_gap</c>.</summary>
    private static string NameOf(string metric)
    {
        var name = new StringBuilder();
        foreach (var letter in metric)
        {
            var isWord = char.IsAsciiLetterOrDigit(letter);
            if (isWord || (name.Length > 0 && name[^1] != '_'))
            {
                name.Append(isWord ? char.ToLowerInvariant(letter) : '_');
            }
        }

        return name.ToString().Trim('_') is { Length: > 0 } text ? text : "value";
    }

    [GeneratedRegex(@" #\d+$", RegexOptions.CultureInvariant)]
    private static partial Regex Repeated();
}

using System.Globalization;
using System.Runtime.InteropServices;
using MlOps.Datasets;

namespace MlOps.Monitoring.Quality;

/// <summary>Computes the metrics of a ranking. Rows with an outcome of their group are kept, up to a limit.</summary>
/// <remarks>Not thread-safe. A row without an outcome counts as not relevant if another row of its group has an outcome.</remarks>
internal sealed class RankingQuality : TaskQuality
{
    /// <summary>The maximum number of rows that are kept.</summary>
    public const int MaxRows = 1_000_000;

    private readonly int _score;
    private readonly int _group;
    private readonly bool _isGroupText;
    private readonly int _topK;
    private readonly SegmentCollector _segments;
    private readonly QualityFaults _faults;
    private readonly Dictionary<string, Group> _groups = new(StringComparer.Ordinal);
    private long _rows;

    public RankingQuality(QualityOptions options, IReadOnlyList<RowColumn> columns, SegmentCollector segments, QualityFaults faults)
    {
        var found = new QualityColumns(columns);
        (_score, _group, _topK) = (found.FindNumbers(nameof(options.Score), options.Score), found.Find(options.Group), options.TopK);
        if (_score < 0)
        {
            throw found.Missing(nameof(options.Score), options.Score);
        }

        if (_group < 0)
        {
            throw found.Missing(nameof(options.Group), options.Group);
        }

        (_isGroupText, _segments, _faults) = (found.IsText(_group), segments, faults);
    }

    public override void Add(RowBatch batch, ReadOnlySpan<ActualValue> actuals)
    {
        var scores = batch.Numbers(_score);
        for (var row = 0; row < batch.Count; row++)
        {
            var name = _isGroupText ? batch.Texts(_group)[row] : FormatGroup(batch.Numbers(_group)[row]);
            if (string.IsNullOrEmpty(name) || !double.IsFinite(scores[row]))
            {
                _faults.Count("{0} rows have no group or no finite score, and were left out. Check the outputs of the model.");
                continue;
            }

            if (_rows == MaxRows)
            {
                _faults.Count("{0} rows were left out, because a ranking keeps at most 1000000 rows. Use shorter windows.");
                continue;
            }

            _rows++;
            ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, name, out var exists);
            group = exists ? group! : new Group(_segments.Capture(batch, row));
            double relevance = 0;
            if (!actuals[row].IsNone && OutcomeNumber.TryRead(actuals[row], _faults, out var actual))
            {
                if (actual < 0)
                {
                    _faults.Count(
                        "{0} outcomes are negative, the first is {1}, and were left out. Record a relevance of at least 0.", QualityFaults.Shorten(actual));
                }
                else
                {
                    (relevance, group.HasOutcome) = (actual, true);
                    Outcomes++;
                }
            }

            group.Rows.Add((scores[row], relevance));
        }
    }

    public override void Compute(QualityFaults faults)
    {
        MeanAccumulator gain = default, reciprocal = default;
        _segments.Clear();
        var isReciprocal = _segments.Metric == QualityMetrics.ReciprocalRank;
        foreach (var group in _groups.Values)
        {
            if (!group.HasOutcome)
            {
                faults.Count("{0} groups have no outcome, and were left out.");
                continue;
            }

            group.Rows.Sort(static (one, other) => other.Score.CompareTo(one.Score));
            var (ndcg, rank) = (RankingMetrics.Ndcg(group.Rows, _topK), RankingMetrics.ReciprocalRank(group.Rows));
            reciprocal.Add(rank);
            if (double.IsNaN(ndcg))
            {
                faults.Count("{0} groups have no relevant row. They are left out of ndcg, and count as 0 in mrr.");
            }
            else
            {
                gain.Add(ndcg);
            }

            if (isReciprocal || !double.IsNaN(ndcg))
            {
                _segments.Add(group.Segments, isReciprocal ? rank : ndcg);
            }
        }

        Metrics[QualityMetrics.Ndcg(_topK)] = Clamp(Intervals.Mean(gain));
        Metrics[QualityMetrics.ReciprocalRank] = Clamp(Intervals.Mean(reciprocal));

        static QualityEstimate Clamp(QualityEstimate estimate) => estimate with { Low = Math.Max(0, estimate.Low), High = Math.Min(1, estimate.High) };
    }

    private static string? FormatGroup(double number) => double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : null;

    private sealed class Group(SegmentValue[] segments)
    {
        public SegmentValue[] Segments { get; } = segments;

        public List<(double Score, double Relevance)> Rows { get; } = [];

        public bool HasOutcome { get; set; }
    }
}

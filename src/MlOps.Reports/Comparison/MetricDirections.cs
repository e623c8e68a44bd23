using System.Collections.Frozen;
using System.Text.RegularExpressions;
using MlOps.Tracking;

namespace MlOps.Reports;

/// <summary>Infers from the name of a metric whether lower or higher values are better.</summary>
internal static partial class MetricDirections
{
    private static readonly FrozenSet<string> s_minimized = FrozenSet.ToFrozenSet(
        [
            "loss", "logloss", "error", "errors", "mse", "rmse", "msle", "rmsle", "mae", "mape", "smape", "perplexity", "nll", "crossentropy",
            "deviance", "brier", "ece", "wer", "cer", "fid", "bouldin", "distance",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> s_maximized = FrozenSet.ToFrozenSet(
        [
            "accuracy", "acc", "auc", "auroc", "auprc", "f1", "precision", "recall", "sensitivity", "specificity", "r2", "ndcg", "dcg",
            "mrr", "bleu", "rouge", "iou", "dice", "kappa", "mcc",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Infers the direction of a metric from the words of its name.</summary>
    /// <returns>The direction, or <see langword="null"/> if no word has a direction, or if words have different directions.</returns>
    public static MetricDirection? Infer(string metric)
    {
        var words = Word().Matches(metric.Split('{')[0]).Select(static match => match.Value).ToArray();
        if (words.Contains("reduction", StringComparer.OrdinalIgnoreCase) || metric.Contains("r_squared", StringComparison.OrdinalIgnoreCase))
        {
            return MetricDirection.Maximize;
        }

        return (words.Any(s_minimized.Contains), words.Any(s_maximized.Contains)) switch
        {
            (true, false) => MetricDirection.Minimize,
            (false, true) => MetricDirection.Maximize,
            _ => null,
        };
    }

    /// <summary>Matches a word in a name, such as <c>val_log_loss</c>, <c>test/RootMeanSquaredError</c> or <c>trainAUC</c>.</summary>
    [GeneratedRegex("[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*")]
    private static partial Regex Word();
}

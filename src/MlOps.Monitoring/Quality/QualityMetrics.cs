using System.Globalization;

namespace MlOps.Monitoring.Quality;

/// <summary>The names of the quality metrics. They agree with the names of the metrics that the tracking records.</summary>
internal static class QualityMetrics
{
    public const string Accuracy = "accuracy";
    public const string Precision = "precision";
    public const string Recall = "recall";
    public const string F1 = "f1";
    public const string Auc = "auc";
    public const string AveragePrecision = "auprc";
    public const string LogLoss = "log_loss";
    public const string Brier = "brier";
    public const string CalibrationError = "calibration_error";
    public const string MacroPrecision = "macro_precision";
    public const string MacroRecall = "macro_recall";
    public const string MacroF1 = "macro_f1";
    public const string MacroAuc = "macro_auc";
    public const string WeightedPrecision = "weighted_precision";
    public const string WeightedF1 = "weighted_f1";
    public const string MeanAbsoluteError = "mae";
    public const string RootMeanSquaredError = "rmse";
    public const string RSquared = "r_squared";
    public const string PercentageError = "mape";
    public const string Bias = "bias";
    public const string ReciprocalRank = "mrr";

    /// <summary>Gets the name of the normalised discounted cumulative gain.</summary>
    public static string Ndcg(int topK) => string.Create(CultureInfo.InvariantCulture, $"ndcg_at_{topK}");

    /// <summary>Gets the metrics that segments can have; the first is the default.</summary>
    public static IReadOnlyList<string> OfSegments(QualityTask task, int topK) => task switch
    {
        QualityTask.Classification => [Accuracy, Precision, Recall, LogLoss, Brier],
        QualityTask.Regression => [MeanAbsoluteError, RootMeanSquaredError],
        _ => [Ndcg(topK), ReciprocalRank],
    };

    /// <summary>Determines whether lower values of a metric are better. A bias is better the nearer it is to zero, and counts as neither.</summary>
    public static bool IsLowerBetter(string metric) =>
        metric is LogLoss or Brier or CalibrationError or MeanAbsoluteError or RootMeanSquaredError or PercentageError;
}

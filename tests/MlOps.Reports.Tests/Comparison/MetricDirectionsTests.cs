using MlOps.Tracking;

namespace MlOps.Reports;

public sealed class MetricDirectionsTests
{
    [TestCase("loss", MetricDirection.Minimize)]
    [TestCase("training/loss", MetricDirection.Minimize)]
    [TestCase("val_log_loss", MetricDirection.Minimize)]
    [TestCase("test/RootMeanSquaredError", MetricDirection.Minimize)]
    [TestCase("RMSE", MetricDirection.Minimize)]
    [TestCase("davies_bouldin_index", MetricDirection.Minimize)]
    [TestCase("trainAUC", MetricDirection.Maximize)]
    [TestCase("loss{split=accuracy}", MetricDirection.Minimize)]
    [TestCase("micro_accuracy", MetricDirection.Maximize)]
    [TestCase("f1", MetricDirection.Maximize)]
    [TestCase("ndcg@10", MetricDirection.Maximize)]
    [TestCase("r_squared", MetricDirection.Maximize)]
    [TestCase("log_loss_reduction", MetricDirection.Maximize)]
    [TestCase("precision_error", null)]
    [TestCase("glossary", null)]
    [TestCase("learning_rate", null)]
    [TestCase("system/memory", null)]
    public void The_words_of_a_name_have_a_direction(string metric, MetricDirection? direction) => Assert.That(MetricDirections.Infer(metric),
        Is.EqualTo(direction));
}

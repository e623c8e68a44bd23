using Microsoft.ML;
using MlOps.Datasets;
using MlOps.Registry;
using MlOps.Tracking;
using MlOps.Workflows;

/// <summary>The steps of the workflow. A step is restored if its inputs have not changed.</summary>
internal static class WeatherWorkflow
{
    public const string ModelFile = "model.zip";

    /// <summary>Stops the workflow if the data has missing values.</summary>
    public static Task ValidateAsync(StepContext context, CancellationToken cancellationToken)
    {
        var columns = context.GetDataset("weather").Tables.Single().Profile!.Columns;
        if (columns.FirstOrDefault(column => column.Nulls > 0) is { } column)
        {
            context.Stop($"The column {column.Name} has {column.Nulls} missing values.");
        }

        return Task.CompletedTask;
    }

    /// <summary>Trains the model and saves it in the folder of the step.</summary>
    public static async Task TrainAsync(StepContext context, CancellationToken cancellationToken)
    {
        var data = await RestoreAsync(context.GetDataset("weather"), cancellationToken);
        var ml = new MLContext();
        var model = WeatherModel.Train(context.Run, data, context.Parameters["l2"]);
        ml.Model.Save(model, WeatherModel.Load(ml, data).Schema, Path.Combine(context.Folder, ModelFile));
    }

    /// <summary>Measures the accuracy of the trained model.</summary>
    public static async Task EvaluateAsync(StepContext context, CancellationToken cancellationToken)
    {
        var data = await RestoreAsync(context.GetDataset("weather"), cancellationToken);
        var file = Path.Combine(context.GetFolder(StandardWorkflow.TrainStep), ModelFile);
        var model = new MLContext().Model.Load(file, out _);
        context.SetMetric("accuracy", await WeatherModel.EvaluateAsync(context.Run, data, model, cancellationToken));
    }

    /// <summary>Describes the trained model for the registry: signature, input schema and golden examples.</summary>
    public static async Task<ModelRegistration> DescribeAsync(
        StepContext context, DatasetContents dataset, CancellationToken cancellationToken)
    {
        var data = WeatherModel.Load(new MLContext(), await RestoreAsync(dataset, cancellationToken));
        var file = Path.Combine(context.GetFolder(StandardWorkflow.TrainStep), ModelFile);
        return await new MLNetRegistration
        {
            Description = "Predicts the weather of a day in Seattle from four measurements (logistic regression).",
            IntendedUse = "Days in Seattle. Do not use it for other places.",
        }.DescribeAsync(file, data, cancellationToken);
    }

    /// <summary>Trains and evaluates again with the recorded data, seed and parameters.</summary>
    public static async Task RepeatAsync(RecordedTraining recorded, CancellationToken cancellationToken)
    {
        var data = recorded.GetData("weather");
        var model = WeatherModel.Train(recorded.Run, data, recorded.GetParameter<string>("train.l2"));
        var accuracy = await WeatherModel.EvaluateAsync(recorded.Run, data, model, cancellationToken);
        recorded.Run.LogMetric("accuracy", accuracy);
    }

    public static async Task<string> RestoreAsync(DatasetContents dataset, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"quickstart-{dataset.Version.Digest}");
        await dataset.RestoreAsync(folder, cancellationToken: cancellationToken);
        return folder;
    }
}

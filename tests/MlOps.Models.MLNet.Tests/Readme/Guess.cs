namespace MlOps.Readme;

public sealed class Guess
{
    public string PredictedLabel { get; set; } = "";

    public float[] Score { get; set; } = [];
}

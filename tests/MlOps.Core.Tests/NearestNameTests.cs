namespace MlOps;

public sealed class NearestNameTests
{
    [TestCase("irsi", "iris")]
    [TestCase("Aprovals", "Approvals")]
    [TestCase("PROVIDR", "Provider")]
    [TestCase("production", "Production")]
    [TestCase("onxx", "onnx")]
    public void The_nearest_name_is_found_in_any_case(string name, string expected) =>
        Assert.That(NearestName.Find(name, ["Prefix", "mlnet", "iris", "Approvals", "Provider", "Production", "onnx"]), Is.EqualTo(expected));

    [TestCase("")]
    [TestCase("x")]
    [TestCase("churn")]
    [TestCase("AWS")]
    public void A_name_that_is_close_to_none_has_no_nearest(string name) =>
        Assert.That(NearestName.Find(name, ["iris", "S3", "LocalDisk"]), Is.Null);
}

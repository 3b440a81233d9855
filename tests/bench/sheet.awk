# A survey sheet of `lines` households, every one well-formed and invented.
BEGIN {
    split("7 9 10 5 8 4 2 1 6 3 7 9 10 5 8 4 2", weight, " ")
    check = "10X98765432"
    OFS = ","; ORS = "\r\n"
    print "序号,社区,户编号,户主姓名,身份证号,联系电话,房屋坐落,产权证号,登记状态,房屋用途,房屋结构,登记面积(㎡),实测面积(㎡),家庭人口,调查日期,补偿意向,困难类别,备注"
    for (n = 1; n <= lines; n++) {
        body = sprintf("370214%d%02d%02d%03d", 1940 + int(n / 9720000) + n % 60, 1 + int(n / 60) % 12, 1 + int(n / 720) % 28, int(n / 20160) % 1000)
        sum = 0
        for (i = 1; i <= 17; i++) sum += substr(body, i, 1) * weight[i]
        print n, "青禾社区", sprintf("QH-%06d", n), "王小明", body substr(check, sum % 11 + 1, 1), \
            sprintf("139%08d", n), sprintf("青禾社区%d号楼%d单元%d", n % 90 + 1, n % 4 + 1, n % 600 + 101), \
            sprintf("青房权证字第%07d号", n), "已登记", "住宅", "砖混", \
            sprintf("%d.%02d", 60 + n % 90, n % 100), sprintf("%d.%02d", 60 + n % 90, n % 100), \
            n % 6 + 1, "2026-05-01", "货币", "", ""
    }
}
